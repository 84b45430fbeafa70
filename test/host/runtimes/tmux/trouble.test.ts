import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createTmuxRuntime} from '../../../../source/host/runtimes/tmux/tmux-runtime.ts';
import {checkTmux} from '../../../../source/host/runtimes/tmux/tmux-binary.ts';

const folder = async (): Promise<string> => {
	const made = await mkdtemp('/tmp/fx-');
	onTestFinished(() => rm(made, {recursive: true, force: true}));
	return made;
};

describe('a host that cannot keep terminals', () => {
	it('is told to get tmux', async () => {
		await expect(checkTmux('tmux', {PATH: await folder()})).rejects.toMatchObject({
			code: 'not-supported',
			message: 'tmux is missing',
			hint: expect.stringContaining('apt install tmux'),
		});
	});

	it('is told to get a newer tmux', async () => {
		const bin = await folder();
		for (const version of ['2.9a', '3.1c']) {
			await writeFile(path.join(bin, 'tmux'), `#!/bin/sh\necho tmux ${version}\n`);
			await chmod(path.join(bin, 'tmux'), 0o755);
			await expect(checkTmux('tmux', {PATH: bin})).rejects.toMatchObject({
				code: 'not-supported',
				message: `tmux ${version} is too old`,
			});
		}
	});

	it('is told when its state folder’s path is too long for a socket', async () => {
		const state = path.join(await folder(), 'x'.repeat(100));
		await expect(createTmuxRuntime({state, command: []}).start()).rejects.toMatchObject({
			code: 'state-dir-unusable',
			hint: expect.stringContaining('FLEET_STATE_DIR'),
		});
	});
});

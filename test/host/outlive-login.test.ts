import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {outliveLogin} from '../../source/host/outlive-login.ts';

/** A system with these stand-ins for systemd's programs alone on its PATH; they log what they were asked. */
const system = async (programs: Record<string, string>) => {
	const folder = await mkdtemp('/tmp/fo-');
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	for (const [name, script] of Object.entries(programs)) {
		const file = path.join(folder, name);
		await writeFile(file, `#!/bin/sh\necho "\${0##*/} $*" >>${folder}/log\n${script}\n`);
		await chmod(file, 0o755);
	}

	return {
		prefix: await outliveLogin({PATH: folder, XDG_RUNTIME_DIR: folder}),
		log: await readFile(path.join(folder, 'log'), 'utf8').catch(() => ''),
		folder,
	};
};

const scope = ['systemd-run', '--user', '--scope', '--quiet', '--collect', '--'];

describe('outliving a login', () => {
	it('takes a scope of a user manager that lingers', async () => {
		const {prefix, log} = await system({loginctl: 'echo yes', 'systemd-run': 'exit 0'});
		expect(prefix).toEqual(scope);
		expect(log).not.toContain('enable-linger');
	});

	it('asks a user manager to linger first', async () => {
		const loginctl =
			'case "$*" in *enable-linger*) : >"${0}.on";; *) [ -e "${0}.on" ] && echo yes || echo no;; esac';
		const {prefix, log} = await system({loginctl, 'systemd-run': 'exit 0'});
		expect(log).toContain('enable-linger');
		expect(prefix).toEqual(scope);
	});

	it('takes nothing of one that may not linger: its scopes would end at logout', async () => {
		const {prefix, log} = await system({loginctl: 'echo no', 'systemd-run': 'exit 0'});
		expect(prefix).toEqual([]);
		expect(log).not.toContain('systemd-run');
	});

	it('does without a manager that cannot be reached, or is not there', async () => {
		expect((await system({loginctl: 'echo yes', 'systemd-run': 'exit 1'})).prefix).toEqual([]);
		expect((await system({})).prefix).toEqual([]);
	});
});

import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {cachedEnvironment} from '../../source/host/cached-environment.ts';
import {loginEnvironment} from '../../source/host/login-environment.ts';

const home = async (files: Record<string, string>): Promise<string> => {
	const folder = await mkdtemp('/tmp/fe-');
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	for (const [name, text] of Object.entries(files)) {
		await writeFile(path.join(folder, name), text);
		await chmod(path.join(folder, name), 0o755);
	}

	return folder;
};

const own = (folder: string, more: Record<string, string> = {}) => ({
	HOME: folder,
	PATH: '/usr/bin:/bin:/opt/of-the-daemon',
	LANG: 'C.UTF-8',
	...more,
});

describe('the login environment', () => {
	it('is what the login shell’s files make of it', async () => {
		const folder = await home({
			'.bash_profile': 'export PATH="$HOME/bin:$PATH" EDITOR=vi; . ~/.bashrc',
			'.bashrc': 'case $- in *i*) export ONLY_INTERACTIVE="two\nlines";; esac',
		});
		const env = await loginEnvironment({own: own(folder), shell: '/bin/bash'});
		expect(env).toMatchObject({
			HOME: folder,
			SHELL: '/bin/bash',
			EDITOR: 'vi',
			ONLY_INTERACTIVE: 'two\nlines',
			LANG: 'C.UTF-8',
		});
		expect(env['PATH']).toMatch(new RegExp(`^${folder}/bin:.*:/opt/of-the-daemon$`));
	});

	it('is found between the noise of those files', async () => {
		const folder = await home({
			'.bash_profile':
				'echo "Welcome!"; echo oops >&2; export FOUND=1; read x; sleep 300 & trap "echo bye" EXIT',
		});
		expect(await loginEnvironment({own: own(folder), shell: '/bin/bash'})).toMatchObject({
			FOUND: '1',
		});
	});

	it('has nothing of the login that started the daemon, nor of the daemon', async () => {
		const folder = await home({});
		const leaks = {
			FLEET_STATE_DIR: '/x',
			TMUX: '/tmp/x,1,0',
			TMUX_PANE: '%1',
			SSH_CONNECTION: '1.2.3.4 5 6.7.8.9 22',
			SSH_AUTH_SOCK: '/tmp/ssh-x/agent.1',
			SSH_TTY: '/dev/pts/9',
			NODE_OPTIONS: '--inspect',
			npm_config_x: 'y',
		};
		for (const shell of ['/bin/bash', '/bin/false']) {
			const env = await loginEnvironment({own: own(folder, leaks), shell});
			expect(
				Object.keys(env).filter(name => Object.hasOwn(leaks, name)),
				shell,
			).toEqual([]);
		}
	});

	it('keeps an agent’s socket that the person’s own files set', async () => {
		const folder = await home({'.bash_profile': 'export SSH_AUTH_SOCK=/run/mine'});
		const env = await loginEnvironment({own: own(folder), shell: '/bin/bash'});
		expect(env['SSH_AUTH_SOCK']).toBe('/run/mine');
	});

	it('is the plain login’s where the interactive one hangs, and the daemon’s own where both do', async () => {
		const folder = await home({
			'.bash_profile': 'case $- in *i*) sleep 300;; esac; export PLAIN=1',
			hangs: '#!/bin/sh\nsleep 300\n',
		});
		const plain = await loginEnvironment({own: own(folder), shell: '/bin/bash', timeoutMs: 1500});
		expect(plain['PLAIN']).toBe('1');
		const shell = path.join(folder, 'hangs');
		const env = await loginEnvironment({own: own(folder, {MINE: '1'}), shell, timeoutMs: 200});
		expect(env).toMatchObject({MINE: '1', PATH: '/usr/bin:/bin:/opt/of-the-daemon', SHELL: shell});
	});

	it('is asked once, and again behind an answer that is old', async () => {
		let asked = 0;
		const ask = async () => ({N: String(++asked)});
		const fresh = cachedEnvironment(ask);
		expect([await fresh(), await fresh()]).toEqual([{N: '1'}, {N: '1'}]);
		const old = cachedEnvironment(ask, -1);
		expect([await old(), await old(), await old()].map(({N}) => N)).not.toEqual(['2', '2', '2']);
	});
});

import {describe, expect, it} from 'vitest';
import {until} from '../../../harness/until.ts';
import {processStat} from '../../../../source/host/processes.ts';
import {Terminals} from './terminals.ts';

const alive = (pid: number): boolean => {
	const state = processStat(pid)?.state;
	return state !== undefined && state !== 'Z';
};

describe('how an agent ended', () => {
	it('is its exit code or its signal', async () => {
		const terminals = await Terminals.start();
		const ends: Array<[id: string, script: string, code: number | null, signal: string | null]> = [
			['zero', 'exit 0', 0, null],
			['three', 'echo last words; exit 3', 3, null],
			['full', 'exit 255', 255, null],
			['term', 'kill -TERM $$', null, 'SIGTERM'],
			['segv', 'kill -SEGV $$', null, 'SIGSEGV'],
			['group', 'trap : HUP; kill -INT 0; sleep 5', null, 'SIGINT'],
		];
		for (const [id, script] of ends) await terminals.launch(id, ['bash', '-c', script]);
		for (const [id, , code, signal] of ends) {
			expect(await terminals.event('exit', id)).toEqual({kind: 'exit', id, code, signal});
		}

		expect(await terminals.text('three')).toBe('last words');
		expect(await terminals.text('term')).toBe('');
	});

	it('is right for each of sixty quick ones', async () => {
		const terminals = await Terminals.start();
		const codes = Array.from({length: 60}, (_, index) => index);
		for (const code of codes) await terminals.launch(`q${code}`, ['sh', '-c', `exit ${code}`]);
		for (const code of codes) {
			expect(await terminals.event('exit', `q${code}`)).toMatchObject({code, signal: null});
		}

		expect(terminals.events.filter(({kind}) => kind === 'exit')).toHaveLength(60);
		expect(terminals.events.filter(({kind}) => kind === 'gone')).toEqual([]);
		// No launcher stays behind as a zombie that tmux never looked at.
		const server = terminals.tmuxPids('tmux: server')[0] ?? 0;
		await until(
			async () =>
				(await terminals.tmux('list-panes', '-a', '-F', '#{pane_pid}'))
					.trim()
					.split('\n')
					.every(pid => processStat(Number(pid))?.parent !== server),
			'what was waited for',
			{seen: () => terminals.tmux('list-panes', '-a', '-F', '#{pane_pid} #{pane_dead}')},
		);
	});

	it('is known when it was killed from outside', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['bash', '-c', 'sleep 1000; true']);
		const {pid} = await terminals.event('pid', 'a');
		process.kill(pid, 'SIGKILL');
		expect(await terminals.event('exit', 'a')).toMatchObject({code: null, signal: 'SIGKILL'});
	});

	it('is not made up when its launcher was killed: it is gone', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['sleep', '1000']);
		const {pid} = await terminals.event('pid', 'a');
		process.kill(
			Number(await terminals.tmux('display-message', '-p', '-t', '=a:', '#{pane_pid}')),
			'SIGKILL',
		);
		await terminals.event('gone', 'a');
		expect(terminals.events.some(({kind}) => kind === 'exit')).toBe(false);
		await until(() => !alive(pid));
	});

	it('is gone with a session that was closed by hand', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['sleep', '1000']);
		const {pid} = await terminals.event('pid', 'a');
		await terminals.tmux('kill-session', '-t', '=a');
		await terminals.event('gone', 'a');
		await until(() => !alive(pid));
	});

	it('follows from TERM, or from KILL for what is left of it', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('polite', ['sleep', '1000']);
		await terminals.launch('shell', ['bash', '--norc', '-i']);
		await terminals.launch('stubborn', [
			'bash',
			'-c',
			'trap "" TERM HUP; sleep 1000 & echo ready; wait',
		]);
		await terminals.event('pid', 'polite');
		await terminals.shows('shell', /[$#]/);
		await terminals.shows('stubborn', 'ready');
		await until(
			() =>
				processStat(
					(terminals.events.find(e => e.kind === 'pid' && e.id === 'polite') as {pid: number}).pid,
				)?.name === 'sleep',
		);
		for (const id of ['polite', 'shell', 'stubborn']) await terminals.runtime.signal(id, 'TERM');
		expect(await terminals.event('exit', 'polite')).toMatchObject({signal: 'SIGTERM'});
		expect(await terminals.event('exit', 'shell')).toMatchObject({signal: 'SIGHUP'});
		await terminals.runtime.signal('stubborn', 'KILL');
		expect(await terminals.event('exit', 'stubborn')).toMatchObject({signal: 'SIGKILL'});
	});

	it('is forgotten with its terminal', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['sleep', '1000']);
		const {pid} = await terminals.event('pid', 'a');
		await terminals.runtime.remove('a');
		await until(() => !alive(pid));
		await expect(terminals.runtime.screen('a', {ansi: false, history: 0})).rejects.toThrow('gone');
		expect(await terminals.tmux('list-sessions', '-F', '#{session_name}')).toBe('fleet+hub\n');
		expect(terminals.events.filter(({kind}) => kind === 'gone' || kind === 'exit')).toEqual([]);
	});
});

import {spawn} from 'node:child_process';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {until} from '../../../harness/until.ts';
import {Terminals} from './terminals.ts';

describe('terminals', () => {
	it('outlive the daemon, and the next one adopts them', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('runs', [
			'sh',
			'-c',
			'printf "\\033]2;my title\\007"; echo up; read x; exit 4',
		]);
		await terminals.launch('ends', ['sh', '-c', 'exit 9']);
		await terminals.launch('while-away', ['sh', '-c', 'read x; exit 5']);
		await terminals.shows('runs', 'up');
		await terminals.event('exit', 'ends');
		const {pid} = await terminals.event('pid', 'runs');
		await terminals.event('pid', 'while-away');
		await terminals.runtime.close();
		terminals.events.length = 0;
		await terminals.tmux('send-keys', '-t', '=while-away:', 'Enter');
		await until(async () =>
			(await terminals.tmux('list-panes', '-t', '=while-away', '-F', '#{pane_dead}')).startsWith(
				'1',
			),
		);

		const adopted = await terminals.fresh().start();
		expect(adopted.sort((a, b) => a.id.localeCompare(b.id))).toEqual([
			{id: 'ends', pid: expect.any(Number), exit: {code: 9, signal: null}, title: ''},
			{id: 'runs', pid, exit: null, title: 'my title'},
			{id: 'while-away', pid: expect.any(Number), exit: {code: 5, signal: null}, title: ''},
		]);
		await terminals.runtime.input('runs', {text: 'x', submit: true, keys: []});
		expect(await terminals.event('exit', 'runs')).toMatchObject({code: 4});
	});

	it('are gone with their server, and the next launch starts a new one', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['sleep', '1000']);
		await terminals.launch('b', ['true']);
		await terminals.event('pid', 'a');
		await terminals.event('exit', 'b');
		for (const pid of terminals.tmuxPids('tmux: server')) process.kill(pid, 'SIGKILL');
		await terminals.event('gone', 'a');
		expect(terminals.events.some(({kind, id}) => kind === 'gone' && id === 'b')).toBe(false);
		await terminals.launch('a', ['sh', '-c', 'echo anew; exec sleep 1000']);
		await terminals.shows('a', 'anew');
	});

	it('start on a new server while the old one is still ending', async () => {
		const terminals = await Terminals.start();
		for (let round = 0; round < 4; round++) {
			await terminals.launch(`a${round}`, ['sleep', '1000']);
			void terminals.tmux('kill-server').catch(() => {});
			await terminals.event('gone', `a${round}`);
		}

		await terminals.launch('b', ['sh', '-c', 'echo there; exec sleep 1000']);
		await terminals.shows('b', 'there');
	});

	it('go on when the control client is killed', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['sh', '-c', 'read x; exit 6']);
		await terminals.event('pid', 'a');
		const [client = 0] = terminals.tmuxPids('tmux: client');
		process.kill(client, 'SIGKILL');
		await until(() => terminals.tmuxPids('tmux: client').some(pid => pid !== client));
		await terminals.runtime.input('a', {text: '', submit: true, keys: []});
		expect(await terminals.event('exit', 'a')).toMatchObject({code: 6});
		expect(terminals.events.filter(({kind}) => kind === 'gone')).toEqual([]);
	});

	it('are not held up by a control client that a dead daemon left', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['sh', '-c', 'while :; do echo flood flood flood; done']);
		await terminals.event('activity', 'a');
		const [client = 0] = terminals.tmuxPids('tmux: client');
		process.kill(client, 'SIGSTOP');
		const before = terminals.runtime;
		const adopted = await terminals.fresh().start();
		await before.close();
		expect(adopted.map(({id}) => id)).toEqual(['a']);
		expect(terminals.tmuxPids('tmux: client')).not.toContain(client);
	});

	it('keep an agent that nobody looks at from being held up by its output', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', [
			'sh',
			'-c',
			'head -c 30000000 /dev/zero | tr "\\0" "x"; echo; echo through',
		]);
		expect(await terminals.event('exit', 'a')).toMatchObject({code: 0});
		await terminals.shows('a', 'through');
	});

	it('have no control client left when the daemon is killed', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['sh', '-c', 'while :; do echo flood flood flood; done']);
		await terminals.event('activity', 'a');
		await terminals.runtime.close();
		await until(() => terminals.tmuxPids('tmux: client').length === 0);
		const source = path.resolve(
			import.meta.dirname,
			'../../../../source/host/runtimes/tmux/tmux-runtime.ts',
		);
		const daemon = spawn(
			process.execPath,
			[
				'--input-type=module-typescript',
				'--eval',
				`import {createTmuxRuntime} from ${JSON.stringify(source)};
				await createTmuxRuntime({state: ${JSON.stringify(terminals.state)}, command: []}).start();
				// Deaf from now on, so that tmux has output that waits.
				for (;;);`,
			],
			{stdio: 'inherit'},
		);
		await until(() => terminals.tmuxPids('tmux: client').length === 1, 'attached');
		daemon.kill('SIGKILL');
		await until(() => terminals.tmuxPids('tmux: client').length === 0, 'without a control client');
		expect(await terminals.fresh().start()).toMatchObject([{id: 'a', exit: null}]);
		await terminals.shows('a', 'flood');
	});
});

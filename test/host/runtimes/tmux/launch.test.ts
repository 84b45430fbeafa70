import {readFileSync, readdirSync} from 'node:fs';
import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import {until} from '../../../harness/until.ts';
import {Terminals} from './terminals.ts';

const secret = `very-secret-${process.pid}-${Math.random().toString(36).slice(2)}`;

/** Every process that shows the secret to other users (argv) or to its own (environ). */
const holders = (file: 'cmdline' | 'environ'): number[] =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(Number)
		.filter(pid => {
			try {
				return readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(secret);
			} catch {
				return false;
			}
		});

const plainShell = (command: string): string =>
	execFileSync('sh', ['-c', command], {encoding: 'utf8'});

describe('a launched agent', () => {
	it('has its argv, environment and folder, exactly', async () => {
		const terminals = await Terminals.start();
		const odd = 'it\'s "$HOME" `id` \\ ünï\n second line; #{pid}';
		const show =
			'console.log(JSON.stringify({argv: process.argv.slice(1), odd: process.env.ODD, cwd: process.cwd(), env: Object.keys(process.env).sort()}).match(/.{1,60}/gu).join("\\n")); setInterval(() => {}, 1e6)';
		const argv = [process.execPath, '-e', show, '--', odd, '', '-x', "'"];
		await terminals.launch('a', argv, {env: {ODD: odd, 'NOT-A-NAME': 'x'}, cwd: '/usr/share'});
		const screen = await terminals.shows('a', '}');
		const seen = JSON.parse(screen.replaceAll('\n', '')) as Record<string, unknown>;
		expect(seen['argv']).toEqual([odd, '', '-x', "'"]);
		expect(seen['odd']).toBe(odd);
		expect(seen['cwd']).toBe('/usr/share');
		expect(seen['env']).toEqual([
			'HOME',
			'LANG',
			'ODD',
			'PATH',
			'PWD',
			'TERM',
			'TMUX',
			'TMUX_PANE',
		]);
	});

	it('alone knows its secret', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['sleep', '1000'], {env: {TOKEN: secret}});
		const {pid} = await terminals.event('pid', 'a');
		await until(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8') === 'sleep\0' + '1000\0');
		expect(holders('environ')).toEqual([pid]);
		expect(holders('cmdline')).toEqual([]);
		for (const command of [
			['show-environment', '-g'],
			['show-environment', '-t', '=a'],
			['show-messages'],
			['show-options', '-A', '-p', '-t', '=a:'],
			['list-panes', '-a', '-F', '#{pane_start_command} #{window_name}'],
		]) {
			expect(await terminals.tmux(...command), command.join(' ')).not.toContain(secret);
		}
	});

	it('has the signals and limits of a plain shell', async () => {
		const terminals = await Terminals.start();
		const ask = 'grep -E "^Sig(Blk|Ign)" /proc/self/status; ulimit -a; umask';
		const wanted = plainShell(`${ask} | grep -v '^file size'`);
		await terminals.launch(
			'a',
			['sh', '-c', `${ask} | grep -v '^file size'; echo end; exec sleep 1000`],
			{rows: 60},
		);
		const screen = (await terminals.shows('a', 'end')).replaceAll(/[ \t]+/g, ' ');
		for (const line of wanted.trim().split('\n')) {
			expect(screen).toContain(line.replaceAll(/[ \t]+/g, ' ').trim());
		}
	});

	it('is its terminal’s foreground, and no other file is open in it', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['sleep', '1000']);
		const {pid} = await terminals.event('pid', 'a');
		await until(() => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n');
		expect(readdirSync(`/proc/${pid}/fd`).sort()).toEqual(['0', '1', '2']);
	});

	it('says on its screen why it could not start', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['no-such-program-here']);
		await terminals.launch('b', ['true'], {cwd: '/no/such/folder'});
		await terminals.runtime.launch({id: 'c', cwd: '/', size: {cols: 80, rows: 24}, ticket: 'ab'});
		for (const [id, words] of [
			['a', 'no-such-program-here: not found'],
			['b', '/no/such/folder'],
			['c', 'this launch is over'],
		] as const) {
			expect(await terminals.event('exit', id)).toMatchObject({code: 127, signal: null});
			expect(await terminals.shows(id, words)).toContain('fleet-console');
		}
	});

	it('starts again under its id once it has ended, not before', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['sh', '-c', 'echo first; read x']);
		await terminals.shows('a', 'first');
		await expect(terminals.launch('a', ['true'])).rejects.toThrow('in use');
		await terminals.runtime.input('a', {text: '', submit: true, keys: []});
		await terminals.event('exit', 'a');
		await terminals.launch('a', ['sh', '-c', 'echo second; sleep 1000']);
		expect(await terminals.shows('a', 'second')).not.toContain('first');
	});
});

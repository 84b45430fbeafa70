import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import net from 'node:net';
import {mkdtemp, rm} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {shellProgram} from '../../../source/host/launcher/shell-program.ts';
import {Tickets} from '../../../source/host/launcher/tickets.ts';
import {tradeTicket} from '../../../source/host/launcher/trade-ticket.ts';

const command = {argv: ['true'], env: {}, cwd: '/'};

describe('a ticket', () => {
	it('is worth its command once', () => {
		const tickets = new Tickets();
		const ticket = tickets.issue(command);
		expect(ticket).toMatch(/^[0-9a-f]{64}$/);
		expect(tickets.redeem('0'.repeat(64))).toBeNull();
		expect(tickets.redeem(ticket)).toBe(command);
		expect(tickets.redeem(ticket)).toBeNull();
	});

	it('is worth nothing when it is old', () => {
		vi.useFakeTimers();
		onTestFinished(() => void vi.useRealTimers());
		const tickets = new Tickets({ttlMs: 1000});
		const ticket = tickets.issue(command);
		vi.advanceTimersByTime(1001);
		expect(tickets.redeem(ticket)).toBeNull();
	});
});

describe('the program that a shell evaluates', () => {
	const shells = ['/bin/dash', '/bin/bash'].filter(existsSync);
	it.each(shells)('leaves exactly the environment, folder and words, in %s', shell => {
		const odd = `it's "x" $HOME \`id\` $(id) \\ \n#!*?[~ ünï\t`;
		const text = shellProgram(
			{
				argv: [odd, '', '-n', '*', '--'],
				env: {ODD: odd, PATH: '/usr/bin:/bin', 'not a name': 'x'},
				cwd: '/usr',
			},
			{HOME: '/root', OLD: 'x', TERM: 'y'},
		);
		const script = `${text}\nfor word; do printf '<%s>' "$word"; done; printf '|%s|%s|' "$PWD" "$ODD"; env -0 | cut -z -d= -f1 | sort -z | tr '\\0' ' '`;
		const out = execFileSync(shell, ['-c', script], {
			encoding: 'utf8',
			// Not a socket: bash would take that for a login over the network, and read its files.
			stdio: ['ignore', 'pipe', 'inherit'],
			env: {HOME: '/root', OLD: 'x', TERM: 'y', CDPATH: '/etc', PATH: '/nowhere'},
		});
		const words = [odd, '', '-n', '*', '--'].map(word => `<${word}>`).join('');
		const [said, names = ''] = [
			out.slice(0, out.lastIndexOf('|') + 1),
			out.slice(out.lastIndexOf('|') + 1),
		];
		expect(said).toBe(`${words}|/usr|${odd}|`);
		const ofShell = new Set(['SHLVL', '_', 'CDPATH']);
		expect(
			names
				.trim()
				.split(' ')
				.filter(name => !ofShell.has(name)),
		).toEqual(['ODD', 'PATH', 'PWD', 'TERM']);
	});
});

describe('the trade', () => {
	const daemon = async (answer: string | null): Promise<string> => {
		const folder = await mkdtemp('/tmp/fl-');
		const socket = path.join(folder, 's');
		const server = net.createServer(connection => {
			connection.on('error', () => {});
			connection.once('data', () => answer === null || connection.end(answer));
		});
		await new Promise<void>(resolve => server.listen(socket, resolve));
		onTestFinished(async () => {
			server.close();
			await rm(folder, {recursive: true});
		});
		return socket;
	};

	const ok = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n';

	it('yields the command', async () => {
		const socket = await daemon(ok + JSON.stringify({argv: ['a'], env: {B: 'ü'}, cwd: '/c'}));
		expect(await tradeTicket('t', socket)).toEqual({
			argv: ['a'],
			env: {B: 'ü'},
			cwd: '/c',
			keys: {},
		});
	});

	it.each([
		['a daemon that is gone', undefined, 'cannot be asked'],
		['a daemon that is silent', null, 'no answer in time'],
		['a ticket that was used', 'HTTP/1.1 404 Not Found\r\n\r\n{}', 'this launch is over'],
		['a daemon that fails', 'HTTP/1.1 500 Oh\r\n\r\n{}', 'answered 500'],
		['no HTTP', 'hello', 'nothing that makes sense'],
		['no JSON', `${ok}{`, 'answered 200'],
		['no command', `${ok}{"argv":[],"env":{},"cwd":"/"}`, 'answered 200'],
		['a NUL', `${ok}{"argv":["a\\u0000b"],"env":{},"cwd":"/"}`, 'answered 200'],
	])('says what is wrong with %s', async (_, answer, words) => {
		const socket = answer === undefined ? '/tmp/no-such-socket' : await daemon(answer);
		await expect(tradeTicket('t', socket, 300)).rejects.toThrow(words);
	});
});

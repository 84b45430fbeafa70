import {execFile} from 'node:child_process';
import {PassThrough} from 'node:stream';
import {promisify} from 'node:util';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {commandFailure} from '../../../source/transport/host/command-failure.ts';
import {remoteCommand} from '../../../source/transport/host/remote-command.ts';
import {parseServing} from '../../../source/transport/host/serving.ts';
import {StdioSocket} from '../../../source/transport/host/stdio-socket.ts';

const run = promisify(execFile);
const command = {remote: 'dev', program: '~/bin/console'};

describe('a command line for the login shell', () => {
	it('leaves only the home to the shell', () => {
		expect(remoteCommand('~/.local/bin/console', 'host', 'serve')).toBe(
			'~/.local/bin/console host serve',
		);
		expect(remoteCommand('~/my bin/console', 'x')).toBe(`~/'my bin/console' x`);
		expect(remoteCommand('/opt/$(reboot)/c')).toBe(`'/opt/$(reboot)/c'`);
		expect(remoteCommand('~root/c', '')).toBe(`~root/c ''`);
	});

	it('arrives word by word, whatever the words are', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(
					fc.string({unit: 'grapheme'}).filter(word => !word.includes('\0')),
					{
						minLength: 1,
						maxLength: 5,
					},
				),
				async words => {
					const line = remoteCommand('/usr/bin/printf', '%s\\0', ...words);
					const {stdout} = await run('sh', ['-c', line]);
					expect(stdout.split('\0').slice(0, -1)).toEqual(words);
				},
			),
			{numRuns: 40},
		);
	});
});

describe('the line of host serve', () => {
	const line = {socket: '/s/host.sock', pid: 7, version: '1.0.0', protocol: '1.0', started: true};

	it('is found in noise', () => {
		const noise = ['{', 'hello {"a":1}', '{"socket":"relative"}', 'prompt> {"x'].join('\n');
		expect(parseServing(`${noise}${JSON.stringify(line)}\r\nbye {`)).toEqual(line);
		expect(parseServing('{"socket":"/s"}')).toMatchObject({socket: '/s', protocol: null});
		expect(parseServing(noise)).toBeNull();
	});

	it('may be any text', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (before, after) => {
				fc.pre(!before.includes('\n') && !after.includes('}'));
				expect(parseServing(`${before}\n${JSON.stringify(line)}${after}`)).toEqual(line);
				expect(() => parseServing(before)).not.toThrow();
			}),
		);
	});
});

describe('why a command of the host failed', () => {
	const why = (outcome: Partial<Parameters<typeof commandFailure>[1]>) =>
		commandFailure(command, {code: 1, signal: null, stdout: '', stderr: '', ...outcome});

	it.each([
		[{code: 127}, 'host-missing'],
		[{code: 126}, 'host-missing'],
		[{stderr: 'console: Command not found.'}, 'host-missing'],
		[{stdout: 'noise{"error":{"code":"disk-full","message":"x"}}'}, 'disk-full'],
		[
			{stdout: '{"error":{"code":"state-dir-unusable","message":"mkdir: no such file"}}'},
			'state-dir-unusable',
		],
		[{stdout: '{"error":{"code":"no-such-code","message":"x"}}'}, 'daemon-failed'],
		[{signal: 'SIGKILL', code: null}, 'daemon-failed'],
		[{code: 0, stdout: 'hello'}, 'daemon-failed'],
	])('%j is %s', (outcome, code) => {
		expect(why(outcome).code).toBe(code);
	});

	it('says nothing that a terminal would obey', () => {
		const {message} = why({stderr: '\u001B]0;evil\u0007bad\u001B[2J'});
		expect(message).toBe('~/bin/console on dev ended with status 1: bad');
	});
});

describe('a stream through a program', () => {
	const start = () => {
		const stream = new PassThrough();
		const stderr = new PassThrough();
		let end!: (outcome: {code: number | null; signal: string | null}) => void;
		const exited = new Promise<{code: number | null; signal: string | null}>(resolve => {
			end = resolve;
		});
		return {stream, stderr, end, socket: new StdioSocket({stream, stderr, exited}, command)};
	};

	it('begins where HTTP begins, however it is cut', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.string().filter(text => !text.includes('HTTP/1.')),
				fc.array(fc.integer({min: 1, max: 30}), {maxLength: 10}),
				async (noise, cuts) => {
					const {stream, socket} = start();
					let text = `${noise}\nHTTP/1.1 200 OK\r\n\r\nbody HTTP/1.`;
					for (const cut of cuts) {
						stream.write(text.slice(0, cut));
						text = text.slice(cut);
					}

					stream.write(text);
					await expect
						.poll(() => (socket.read() as Buffer | null)?.toString() ?? null, {interval: 1})
						.toMatch(/^HTTP\/1\.1 200 OK/);
					socket.destroy();
				},
			),
			{numRuns: 20},
		);
	});

	it('fails with what the program said instead', async () => {
		const {stderr, end, socket} = start();
		const failed = new Promise(resolve => socket.once('error', resolve));
		stderr.write('sh: console: not found');
		await new Promise(resolve => setImmediate(resolve));
		end({code: 127, signal: null});
		expect(await failed).toMatchObject({code: 'host-missing'});
	});

	it('gives up a shell that prints without end', async () => {
		const {stream, socket} = start();
		const failed = new Promise(resolve => socket.once('error', resolve));
		stream.write('y\n'.repeat(40_000));
		expect(await failed).toMatchObject({code: 'bad-response'});
	});
});

import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {until} from '../../../harness/until.ts';
import {Terminals} from './terminals.ts';

/** Raw terminal; writes what it reads to a file. With `paste` it asks for bracketed paste. */
const reader = (file: string, paste: boolean) => [
	process.execPath,
	'-e',
	`process.stdin.setRawMode(true); ${paste ? "process.stdout.write('\\x1b[?2004h');" : ''} console.log('ready');
	 process.stdin.on('data', chunk => require('fs').appendFileSync(${JSON.stringify(file)}, chunk));`,
];

const typed = async (
	input: {text?: string; submit?: boolean; keys?: string[]},
	{paste = false, bytes}: {paste?: boolean; bytes: number},
): Promise<Buffer> => {
	const terminals = await Terminals.start();
	const file = path.join(terminals.state, 'typed');
	await terminals.launch('a', reader(file, paste));
	await terminals.shows('a', 'ready');
	await terminals.runtime.input('a', {text: '', submit: false, keys: [], ...input});
	const read = () => readFile(file).catch(() => Buffer.alloc(0));
	await until(async () => (await read()).length >= bytes, 'what was waited for', {
		seen: async () => `${(await read()).length} bytes of ${bytes}`,
	});
	return read();
};

describe('input', () => {
	it('types one line literally, then submits it', async () => {
		const text = '  Enter "$x" \'y\' ; #{pid} \\n ~ -l ünï 漢字 🙂 {';
		const bytes = Buffer.byteLength(text) + 1;
		expect((await typed({text, submit: true}, {bytes})).toString()).toBe(`${text}\r`);
	});

	it('pastes lines in brackets, so that only the end submits', async () => {
		const got = await typed(
			{text: 'one\n\ttwo\x1b[201~; rm\nthree', submit: true},
			{paste: true, bytes: 31},
		);
		expect(got.toString()).toBe('\x1b[200~one\r\ttwo; rm\rthree\x1b[201~\r');
	});

	it('brings a paste of 1 MiB through whole', async () => {
		const line = 'ünï "quoted" $HOME \\ 漢字 ;\n';
		const text = line.repeat(Math.floor((1024 * 1024) / Buffer.byteLength(line)));
		const wanted = Buffer.from(text.replaceAll('\n', '\r'));
		const got = await typed({text}, {bytes: wanted.length});
		const hash = (data: Buffer) => createHash('sha256').update(data).digest('hex');
		expect([got.length, hash(got)]).toEqual([wanted.length, hash(wanted)]);
	});

	it('presses keys by name', async () => {
		const got = await typed(
			{text: 'x', keys: ['Up', 'C-c', 'Escape', 'Tab', 'M-x', 'F1']},
			{bytes: 11},
		);
		expect(got.toString()).toBe('x\x1b[A\x03\x1b\t\x1bx\x1bOP');
	});

	it('refuses a key that does not exist', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['cat']);
		const input = {text: '', submit: false, keys: ['Entre']};
		await expect(terminals.runtime.input('a', input)).rejects.toThrow('no key Entre');
	});

	it('keeps inputs that come at once apart', async () => {
		const terminals = await Terminals.start();
		const file = path.join(terminals.state, 'typed');
		await terminals.launch('a', reader(file, false));
		await terminals.shows('a', 'ready');
		const texts = ['first', 'second\nline', 'third'];
		await Promise.all(
			texts.map(text => terminals.runtime.input('a', {text, submit: true, keys: []})),
		);
		const read = () => readFile(file, 'utf8');
		await until(async () => (await read()).endsWith('third\r'), 'what was waited for', {
			seen: read,
		});
		expect(await read()).toBe('first\rsecond\rline\rthird\r');
	});
});

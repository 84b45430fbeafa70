import {describe, expect, it} from 'vitest';
import type {AttachedTerminal} from '../../../../source/host/runtimes/runtime.ts';
import {until} from '../../../harness/until.ts';
import {Terminals} from './terminals.ts';

/** Everything that came so far, and whether the stream has ended. */
const collect = ({stream}: AttachedTerminal) => {
	const seen = {text: '', ended: false};
	stream.on('data', (chunk: Buffer) => (seen.text += chunk.toString('latin1')));
	stream.on('close', () => (seen.ended = true));
	stream.on('error', () => {});
	return seen;
};

const size = {cols: 60, rows: 15};

/** Shows each byte that it reads as hexadecimal, in a terminal that asks for the mouse. */
const bytes = [
	process.execPath,
	'-e',
	`process.stdin.setRawMode(true); process.stdout.write('\\x1b[?1003h\\x1b[?1006hready\\n');
	 process.stdin.on('data', chunk => process.stdout.write('<' + chunk.toString('hex') + '>'));`,
];

describe('an attached terminal', () => {
	it('shows the screen, and takes what is typed', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', [
			'sh',
			'-c',
			'echo "grüße 漢字"; read x; echo "got $x"; sleep 1000',
		]);
		await terminals.shows('a', 'grüße 漢字');
		const attached = await terminals.runtime.attach('a', size, {observe: false});
		const seen = collect(attached);
		await until(() => seen.text.includes(Buffer.from('grüße 漢字').toString('latin1')), 'drawn', {
			seen: () => seen.text,
		});
		attached.stream.write('tÿped\r');
		await terminals.shows('a', 'got tÿped');
		expect((await terminals.runtime.screen('a', {ansi: false, history: 0})).cols).toBe(size.cols);
	});

	it('gives the program the mouse, byte for byte', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', bytes);
		await terminals.shows('a', 'ready');
		const attached = await terminals.runtime.attach('a', size, {observe: false});
		const seen = collect(attached);
		await until(() => seen.text.includes('\x1b[?1006h'), 'given the mouse', {
			seen: () => seen.text,
		});
		attached.stream.write('\x1b[<0;7;3M\x1b[<0;7;3m\x1b[<64;7;3M');
		const report = (text: string) => `<${Buffer.from(text).toString('hex')}>`;
		const shown = () => terminals.text('a').then(text => text.replaceAll(/\n|><|/g, ''));
		const wanted = report('\x1b[<0;7;3M\x1b[<0;7;3m\x1b[<64;7;3M').slice(1, -1);
		await until(async () => (await shown()).includes(wanted), 'shown the bytes', {seen: shown});
	});

	it('follows the size of the last that came', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', [
			'bash',
			'-c',
			'trap "stty size" WINCH; echo up; while :; do read -t 0.1; done',
		]);
		await terminals.shows('a', 'up');
		const attached = await terminals.runtime.attach('a', size, {observe: false});
		collect(attached);
		await terminals.shows('a', '15 60');
		attached.resize({cols: 71, rows: 19});
		await terminals.shows('a', '19 71');
	});

	it('neither types nor resizes when it only observes', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['cat']);
		await terminals.event('pid', 'a');
		const observer = await terminals.runtime.attach('a', {cols: 33, rows: 9}, {observe: true});
		const seen = collect(observer);
		await until(() => seen.text.length > 0);
		observer.stream.write('not this\r');
		await terminals.runtime.input('a', {text: 'but this', submit: true, keys: []});
		expect(await terminals.shows('a', 'but this\nbut this')).not.toContain('not this');
		expect(await terminals.runtime.screen('a', {ansi: false, history: 0})).toMatchObject({
			cols: 80,
			rows: 24,
		});
	});

	it('leaves the agent as it was, and no client behind, when it is closed', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['cat']);
		const attached = await terminals.runtime.attach('a', size, {observe: false});
		const seen = collect(attached);
		await until(() => terminals.tmuxPids('tmux: client').length === 2);
		attached.close();
		await until(() => terminals.tmuxPids('tmux: client').length === 1);
		expect(seen.text).not.toContain('detached');
		await terminals.runtime.input('a', {text: 'still here', submit: true, keys: []});
		await terminals.shows('a', 'still here\nstill here');
		expect(terminals.events.filter(({kind}) => kind === 'exit' || kind === 'gone')).toEqual([]);
	});

	it('ends without a word of tmux when the terminal goes', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['cat']);
		const seen = collect(await terminals.runtime.attach('a', size, {observe: false}));
		await until(() => seen.text.length > 0);
		await terminals.runtime.remove('a');
		await until(() => seen.ended, 'ended', {seen: () => seen.text});
		expect(seen.text).not.toMatch(/exited|detached|lost|terminated/);
	});

	it('takes a paste of 1 MiB, and brings it to the program whole', async () => {
		const terminals = await Terminals.start();
		const count = 1024 * 1024;
		const script = `process.stdin.setRawMode(true); console.log('ready'); let n = 0; process.stdin.on('data', c => { n += c.length; if (n >= ${count}) console.log('all ' + n); })`;
		await terminals.launch('a', [process.execPath, '-e', script]);
		await terminals.shows('a', 'ready');
		const attached = await terminals.runtime.attach('a', size, {observe: false});
		collect(attached);
		attached.stream.write(Buffer.alloc(count, 'p'));
		await terminals.shows('a', `all ${count}`);
	});

	it('waits for a reader that is slow, in bounded memory', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', [
			'sh',
			'-c',
			'yes "$(seq -s " " 30)" | head -c 50000000; echo through; sleep 1000',
		]);
		const attached = await terminals.runtime.attach('a', size, {observe: false});
		await terminals.shows('a', 'through');
		expect(attached.stream.readableLength).toBeLessThan(1024 * 1024);
		const seen = collect(attached);
		await until(() => seen.text.includes('through'), 'through', {
			seen: () => seen.text.slice(-2000),
		});
	});
});

import {execFile} from 'node:child_process';
import path from 'node:path';
import {promisify} from 'node:util';
import {spawn} from '@lydell/node-pty';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {LineInput} from '../../source/commands/line-input.ts';

const run = promisify(execFile);
const script = path.join(import.meta.dirname, '../../fixtures/commands/ask.ts');

/** Types each answer once its question shows; yields all that the terminal showed. */
const converse = async (steps: Array<[question: string, answer: string]>, env = {}) => {
	const pty = spawn(process.execPath, [script], {
		env: {...process.env, NODE_NO_WARNINGS: '1', ...env},
	});
	let seen = '';
	const ended = new Promise<void>(resolve => pty.onExit(() => resolve()));
	pty.onData(data => {
		seen += data;
		const [next] = steps;
		if (next && seen.includes(next[0])) {
			steps.shift();
			pty.write(next[1]);
		}
	});
	await ended;
	return seen;
};

describe('a question at the terminal', () => {
	it('hides a secret, and shows what is no secret', async () => {
		const seen = await converse([
			['Secret: ', 'hunter2\r'],
			['(yes/no)? ', 'yep\u007Fs\r'],
		]);
		expect(seen).not.toContain('Secret: hunter2');
		expect(seen).toContain('two\r\nlines (yes/no)? yep\b \bs');
		expect(seen).toContain('{"answers":["hunter2","yes"]}');
	});

	it('ends without an answer at the end of input, and with an error at Ctrl-C', async () => {
		expect(
			await converse([
				['Secret: ', '\u0004'],
				['(yes/no)? ', 'no\r'],
			]),
		).toContain('{"answers":[null,"no"]}');
		expect(await converse([['Secret: ', 'half\u0003']])).toContain('{"code":"interrupted"}');
	});

	it('is not asked where the terminal is taken, or where there is none', async () => {
		expect(await converse([], {RAW: '1'})).toContain('{"answers":[null,null]}');
		const {stdout} = await run('setsid', ['-w', process.execPath, script], {
			env: {...process.env, NODE_NO_WARNINGS: '1'},
		});
		expect(stdout).toBe('{}\n');
	});
});

describe('a typed line', () => {
	it('is what was typed, whatever else was pressed', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[ -~äöü€]{0,20}$/), text => {
				const line = new LineInput();
				expect(line.feed(`x\u0015\u001B[A${text}\u001B[200~\t`)).toBe('more');
				expect(line.feed('\r')).toBe('complete');
				expect(line.text).toBe(text);
			}),
		);
	});

	it('loses whole characters', () => {
		const line = new LineInput();
		line.feed('a😀');
		line.takeEcho();
		line.feed('\u007F');
		expect([line.text, line.takeEcho()]).toEqual(['a', '\b \b']);
	});
});

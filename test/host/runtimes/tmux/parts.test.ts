import {describe, expect, it} from 'vitest';
import {capturedLines} from '../../../../source/host/runtimes/tmux/captured-screen.ts';
import {commandLine} from '../../../../source/host/runtimes/tmux/command-line.ts';
import {ControlParser} from '../../../../source/host/runtimes/tmux/control-parser.ts';
import {exitStatus} from '../../../../source/host/runtimes/tmux/exit-status.ts';
import {isKeyName} from '../../../../source/host/runtimes/tmux/key-names.ts';
import {PaneOutput} from '../../../../source/host/runtimes/tmux/pane-output.ts';
import {parseTmuxVersion} from '../../../../source/host/runtimes/tmux/tmux-binary.ts';

describe('tmux’s parts', () => {
	it('a command line escapes what tmux would read', () => {
		expect(commandLine(['send-keys', '-t', '%1', 'a"b\\c$d\n;', ''])).toBe(
			'send-keys -t "%1" "a\\"b\\\\c\\$d\\012;" ""',
		);
	});

	it('a reply ends only at its own guard', () => {
		const parser = new ControlParser();
		const lines = [
			'%begin 7 3 1',
			'%end 7 2 1',
			'%error 1 1 1',
			'%output %1 x',
			'%end 7 3 1',
			'%output %1 a\\033b c',
		];
		expect(lines.map(line => parser.line(line)).filter(message => message !== null)).toEqual([
			{kind: 'reply', ok: true, lines: ['%end 7 2 1', '%error 1 1 1', '%output %1 x']},
			{kind: 'output', pane: '%1', data: 'a\\033b c'},
		]);
	});

	it('a reply to nobody’s question is none', () => {
		const parser = new ControlParser();
		expect([parser.line('%begin 7 3 0'), parser.line('x'), parser.line('%end 7 3 0')]).toEqual([
			null,
			null,
			null,
		]);
		expect(parser.line('%extended-output %2 15 : a : b')).toEqual({
			kind: 'output',
			pane: '%2',
			data: 'a : b',
		});
		expect(parser.line('%window-renamed @1 two words')).toEqual({
			kind: 'notification',
			name: 'window-renamed',
			rest: '@1 two words',
		});
	});

	it('a captured line owes nothing to the one above it', () => {
		const captured = [
			'\x1b[1m\x1b[38;5;9mred',
			'',
			'still\x1b[39m bold',
			'bold\x1b[0m',
			'plain',
			'   ',
			'\x1b[7m \x1b[0m',
		];
		expect(capturedLines(captured, true)).toEqual([
			'\x1b[1m\x1b[38;5;9mred\x1b[0m',
			'',
			'\x1b[1;38;5;9mstill\x1b[39m bold\x1b[0m',
			'\x1b[1mbold\x1b[0m',
			'plain',
		]);
	});

	it('a shell’s status is a code or a signal', () => {
		expect(exitStatus(0)).toEqual({code: 0, signal: null});
		expect(exitStatus(143)).toEqual({code: null, signal: 'SIGTERM'});
		expect(exitStatus(137)).toEqual({code: null, signal: 'SIGKILL'});
		expect(exitStatus(255)).toEqual({code: 255, signal: null});
	});

	it('a key is one that tmux knows', () => {
		expect(['Enter', 'C-c', 'M-Up', 'C-M-x', 'F12', 'a', 'BTab'].filter(isKeyName)).toHaveLength(7);
		expect(['Entre', 'F13', 'X-a', 'abc', ''].filter(isKeyName)).toEqual([]);
	});

	it('a flood is not affordable, a busy screen is', () => {
		const output = new PaneOutput();
		for (let ms = 0; ms < 5000; ms += 20) expect(output.affords(10_000, 1000 + ms)).toBe(true);
		const flooded = Array.from({length: 10}, (_, index) => output.affords(64_000, 6000 + index));
		expect(flooded).toContain(false);
		expect(output.affords(1000, 7500)).toBe(true);
	});

	it('a version is read from what tmux says', () => {
		expect(parseTmuxVersion('tmux 3.3a')).toEqual({major: 3, minor: 3});
		expect(parseTmuxVersion('tmux next-3.6')).toEqual({major: 3, minor: 6});
		expect(parseTmuxVersion('nonsense')).toBeNull();
	});

	it('reports and progress bars alone are no output', () => {
		const output = new PaneOutput();
		const report = String.raw`\033]7501;state=done\033\134`;
		expect(output.isVisible(report + String.raw`\033]9;4;0\007`)).toBe(false);
		expect(output.isVisible(`${report}x`)).toBe(true);
		expect(output.isVisible(`x${report}`)).toBe(true);
		expect(output.isVisible(String.raw`\033]7501;state=do`)).toBe(true);
		expect(output.isVisible(String.raw`\033[2J`)).toBe(true);
	});
});

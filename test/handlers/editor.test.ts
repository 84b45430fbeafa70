import {describe, expect, test} from 'vitest';
import {deepLink} from '../../source/handlers/deep-link.ts';
import {chooseEditor, editorArguments, splitWords} from '../../source/handlers/editor.ts';
import {formatLocation, parseLocation} from '../../source/handlers/location.ts';

const plain = {command: null, tool: null, policy: 'allow'} as const;
const nothing = () => undefined;

describe('which editor', () => {
	test('the configured command, then the tool, then the running one, then VISUAL, then EDITOR', () => {
		const env = {VISUAL: 'nvim', EDITOR: 'nano'};
		const running = () => 'cursor';
		const name = (config: Parameters<typeof chooseEditor>[0], run = running, e = env) =>
			chooseEditor(config, e, run)?.argv;
		expect(name({...plain, command: ['my-editor', '{}'], tool: 'code'})).toEqual([
			'my-editor',
			'{}',
		]);
		expect(name({...plain, tool: 'code'})).toEqual(['code']);
		expect(name(plain)).toEqual(['cursor']);
		expect(chooseEditor(plain, env, nothing)).toEqual({argv: ['nvim'], inTerminal: true});
		expect(chooseEditor(plain, {EDITOR: 'code --wait'}, nothing)).toEqual({
			argv: ['code', '--wait'],
			inTerminal: false,
		});
		expect(chooseEditor(plain, {}, nothing)).toBeUndefined();
	});

	test('emacs draws in the terminal when told to', () => {
		expect(chooseEditor(plain, {EDITOR: 'emacs'}, nothing)?.inTerminal).toBe(false);
		expect(chooseEditor(plain, {EDITOR: 'emacsclient -t'}, nothing)?.inTerminal).toBe(true);
	});

	test('words of EDITOR keep what is quoted together', () => {
		expect(splitWords(`"/opt/My Editor/bin/ed" -w 'a b' c`)).toEqual([
			'/opt/My Editor/bin/ed',
			'-w',
			'a b',
			'c',
		]);
		expect(splitWords('ed $(reboot)')).toEqual(['ed', '$(reboot)']);
	});
});

test.each([
	['code', ['code', '-r', '-g', '/a b.ts:3:4']],
	['vim', ['vim', '+call cursor(3, 4)', '/a b.ts']],
	['nvim', ['nvim', '+3', '/a b.ts']],
	['nano', ['nano', '+3,4', '/a b.ts']],
	['hx', ['hx', '/a b.ts:3:4']],
	['zed', ['zed', '/a b.ts:3:4']],
	['unknown-editor', ['unknown-editor', '/a b.ts']],
])('%s is told the line in its own way', (program, argv) => {
	expect(
		editorArguments({argv: [program], inTerminal: false}, {path: '/a b.ts', line: 3, column: 4}),
	).toEqual(argv);
});

test('a configured {} takes the path as one whole argument', () => {
	const editor = {argv: ['ed', '--file', '{}'], inTerminal: false};
	expect(
		editorArguments(editor, {path: '/a; rm -rf ~', line: undefined, column: undefined}),
	).toEqual(['ed', '--file', '/a; rm -rf ~']);
});

test.each([
	[
		'vscode',
		'ada@dev:2222',
		'/srv/a b/x.ts:3:4',
		'vscode://vscode-remote/ssh-remote+ada@dev:2222/srv/a%20b/x.ts:3:4',
	],
	['cursor', 'dev', '/srv/app', 'cursor://vscode-remote/ssh-remote+dev/srv/app'],
	['vscodium', 'dev', '/srv/a#b', 'vscodium://vscode-remote/ssh-remote+dev/srv/a%23b'],
	['zed', 'ada@dev:22', '/srv/x.ts:3', 'zed://ssh/ada@dev:22/srv/x.ts:3:1'],
])('%s on the host is reached by its own link', (scheme, ssh, place, link) => {
	expect(deepLink(scheme, ssh, parseLocation(place))).toBe(link);
});

test.each([
	['/a/b.ts', {path: '/a/b.ts', line: undefined, column: undefined}],
	['/a/b.ts:12', {path: '/a/b.ts', line: 12, column: undefined}],
	['/a/b.ts:12:3', {path: '/a/b.ts', line: 12, column: 3}],
	['/a/b:c', {path: '/a/b:c', line: undefined, column: undefined}],
	['/a/b:0', {path: '/a/b:0', line: undefined, column: undefined}],
	['/a:1/b:2:3', {path: '/a:1/b', line: 2, column: 3}],
])('%s names a place', (argument, location) => {
	expect(parseLocation(argument)).toEqual(location);
	expect(formatLocation(location)).toBe(argument);
});

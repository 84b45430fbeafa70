import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {splitCommand} from '../../source/config/command-line.ts';
import {parseDetachKey} from '../../source/config/detach-key.ts';
import {parseQuietHours} from '../../source/config/quiet-hours.ts';
import {secretAt, secretPaths} from '../../source/config/secret-paths.ts';

describe('splitCommand', () => {
	test.each<[string, string[]]>([
		['firefox {}', ['firefox', '{}']],
		['  a\tb\n c ', ['a', 'b', 'c']],
		[`open -a 'Google Chrome' {}`, ['open', '-a', 'Google Chrome', '{}']],
		[String.raw`a "b \"c\" \d" e\ f '' ""`, ['a', String.raw`b "c" \d`, 'e f', '', '']],
		[`a'b'"c"d`, ['abcd']],
	])('%j', (command, argv) => {
		expect(splitCommand(command)).toEqual({argv});
	});

	test.each([
		'',
		'  ',
		`a 'b`,
		'a "b',
		'a\\',
		'a | b',
		'a && b',
		'a > b',
		'a $HOME',
		'a "$(b)"',
		'a `b`',
	])('%j is no command without a shell', command => {
		expect(splitCommand(command)).toHaveProperty('problem');
	});
});

test.each([
	['ctrl-\\', '\u001C', '\u001B[92;5u'],
	['Ctrl-]', '\u001D', '\u001B[93;5u'],
	['ctrl-a', '\u0001', '\u001B[97;5u'],
	['^Q', '\u0011', '\u001B[113;5u'],
])('the detach key %s is %j on the wire', (text, character, sequence) => {
	const key = parseDetachKey(text)!;
	expect(key.character).toBe(character);
	expect(key.sequences).toContain(sequence);
});

test.each(['enter', 'ctrl-', 'ctrl-m', 'ctrl-i', 'ctrl-[', 'q', 'ctrl-ab', 'alt-x'])(
	'%s cannot detach',
	text => {
		expect(parseDetachKey(text)).toBeUndefined();
	},
);

test('quiet hours are two times of the day', () => {
	expect(parseQuietHours('22:00-07:30')).toEqual({from: '22:00', to: '07:30'});
	for (const text of ['24:00-07:00', '22-07', '22:00', '7:00-8:00']) {
		expect(parseQuietHours(text)).toBeUndefined();
	}
});

test.each([
	['.ssh/id_ed25519', '.ssh'],
	['/home/ada/.aws/credentials', '.aws/credentials'],
	['.aws/config', undefined],
	['project/server.pem', '*.pem'],
	['project/pem', undefined],
	['a/.env.production', '.env*'],
	['src/environment.ts', undefined],
	['.claude/.credentials.json', '.claude/.credentials.json'],
	['.claude/settings.json', undefined],
	['./.netrc', '.netrc'],
])('the secret list says of %s: %s', (file, pattern) => {
	expect(secretAt(file)).toBe(pattern);
});

test('a rule lets through what it names and nothing else', () => {
	expect(secretAt('a/.env', ['a/.env'])).toBeUndefined();
	expect(secretAt('b/.env', ['a/.env'])).toBe('.env*');
	expect(secretAt('b/x.pem', ['*.pem'])).toBeUndefined();
});

test('the page on trust lists every pattern of the secret list', () => {
	const page = readFileSync(new URL('../../docs/trust.md', import.meta.url), 'utf8');
	expect(secretPaths.filter(pattern => !page.includes(`\`${pattern}\``))).toEqual([]);
});

import {describe, expect, test} from 'vitest';
import {newestLink, screenLinks} from '../../source/handlers/screen-links.ts';

/** A row as tmux captures it: trailing blanks cut. */
const wrap = (text: string, width: number): string[] =>
	Array.from({length: Math.ceil(text.length / width)}, (_, index) =>
		text.slice(index * width, (index + 1) * width),
	);

const login =
	'https://claude.ai/oauth/authorize?code=true&client_id=9d1c250a-e61b-44d9-88ed-5944d1962f5e&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A54545%2Fcallback&scope=org%3Acreate_api_key';

test('written-out links, without the sentence around them', () => {
	expect(
		screenLinks(
			[
				'See https://example.com/a, or (https://example.org/b_(c)). And http://localhost:3000!',
				'"https://quoted.example/x" <mailto:ada@example.com> [docs](https://md.example/y)',
				'no link: https:// and http:/x',
			],
			100,
		),
	).toEqual([
		'https://example.com/a',
		'https://example.org/b_(c)',
		'http://localhost:3000',
		'https://quoted.example/x',
		'mailto:ada@example.com',
		'https://md.example/y',
	]);
});

describe('a link over several rows', () => {
	test.each([40, 60, 79, 80])('wrapped at the last column of %i', width => {
		expect(screenLinks(['Open:', ...wrap(login, width), '', 'Paste code here >'], width)).toEqual([
			login,
		]);
	});

	test('beginning in the middle of a row', () => {
		const rows = wrap(`Visit ${login} to log in`, 50);
		expect(screenLinks(rows, 50)).toEqual([login]);
	});

	test('inside a frame', () => {
		const width = 46;
		const rows = [
			`╭${'─'.repeat(width + 2)}╮`,
			...wrap(login, width).map(row => `│ ${row.padEnd(width)} │`),
			`╰${'─'.repeat(width + 2)}╯`,
		];
		expect(screenLinks(rows, width + 4)).toEqual([login]);
	});

	test('indented, in colour', () => {
		const rows = wrap(login, 56).map(row => `    \u001B[4;34m${row}\u001B[0m`);
		expect(screenLinks(rows, 60)).toEqual([login]);
	});

	test('a full row followed by another text is not joined to it', () => {
		const link = `https://example.com/${'a'.repeat(20)}`;
		expect(screenLinks([link, '', 'next'], link.length)).toEqual([link]);
		expect(screenLinks([link, 'https://other.example/'], link.length)).toEqual([
			link,
			'https://other.example/',
		]);
		expect(screenLinks([link, 'next words'], 80)).toEqual([link]);
	});
});

test('OSC 8 links count where the capture carries them', () => {
	const line =
		'see \u001B]8;id=1;https://hidden.example/pr/7\u001B\\#7\u001B]8;;\u001B\\ and \u001B]8;;file:///etc/passwd\u0007x\u001B]8;;\u0007';
	expect(screenLinks([line], 80)).toEqual(['https://hidden.example/pr/7']);
});

test('the newest link is the lowest one', () => {
	expect(newestLink(['https://one.example', 'https://two.example', 'done'], 80)).toBe(
		'https://two.example',
	);
	expect(newestLink(['nothing'], 80)).toBeUndefined();
});

test('a screen full of links is bounded', () => {
	const rows = Array.from({length: 5000}, (_, index) => `https://example.com/${index}`);
	expect(screenLinks(rows, 80)).toHaveLength(100);
	expect(screenLinks(['https://' + 'a'.repeat(50_000)], 80)).toEqual([]);
});

test('a hyperlink that the host tells of stands where its text does', () => {
	const lines = ['see the docs here', 'https://written.example/', 'and the changelog'];
	const links = [
		{uri: 'https://changelog.example/', text: 'changelog'},
		{uri: 'https://docs.example/', text: 'the docs'},
		{uri: 'https://gone.example/', text: 'gone'},
		{uri: 'javascript:alert(1)', text: 'here'},
	];
	expect(screenLinks(lines, 80, links)).toEqual([
		'https://docs.example/',
		'https://written.example/',
		'https://changelog.example/',
	]);
});

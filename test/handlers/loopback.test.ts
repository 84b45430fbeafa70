import {expect, test} from 'vitest';
import {findLoopback, withPort} from '../../source/handlers/loopback.ts';

const find = (link: string) => findLoopback(new URL(link));
const encoded = encodeURIComponent;

test.each([
	['http://localhost:3000/path', [{port: 3000, role: 'link'}]],
	['http://127.0.0.1:8080', [{port: 8080, role: 'link'}]],
	['http://[::1]:5173/', [{port: 5173, role: 'link'}]],
	['http://localhost/', [{port: 80, role: 'link'}]],
	['https://localhost/', [{port: 443, role: 'link'}]],
	['https://example.com/?q=localhost:3000', []],
	['https://notlocalhost:3000/', []],
	[
		`https://login.example/authorize?client_id=x&redirect_uri=${encoded('http://localhost:1455/auth/callback')}`,
		[{port: 1455, role: 'redirect'}],
	],
	[
		`https://login.example/#/authorize?redirect_uri=${encoded('http://127.0.0.1:1455/cb')}`,
		[{port: 1455, role: 'redirect'}],
	],
	[
		`https://sso.example/?continue=${encoded(`https://login.example/?redirect_uri=${encoded('http://localhost:9/')}`)}`,
		[{port: 9, role: 'redirect'}],
	],
	[
		`http://localhost:3000/login?next=${encoded('http://localhost:4000/')}`,
		[
			{port: 3000, role: 'link'},
			{port: 4000, role: 'redirect'},
		],
	],
])('%s', (link, targets) => {
	expect(find(link)).toEqual({targets});
});

test.each([
	'http://127.0.0.2:3000/',
	'http://2130706434:3000/',
	'http://0.0.0.0:3000/',
	'http://[::]:3000/',
	'http://[::ffff:127.0.0.1]:3000/',
	'http://app.localhost:3000/',
	'http://localhost.:3000/',
	`https://example.com/?redirect_uri=${encoded('http://127.1.2.3:80/')}`,
])('%s would be the laptop, and is refused', link => {
	expect(find(link)).toHaveProperty('refused');
});

test('the ways to write 127.0.0.1 are one port of the host', () => {
	expect(find('http://0x7f.1:3000/')).toEqual({targets: [{port: 3000, role: 'link'}]});
});

test('a link that names many ports is refused', () => {
	const many = Array.from({length: 9}, (_, index) => `r${index}=http://localhost:${3000 + index}/`);
	expect(find(`https://example.com/?${many.join('&')}`)).toHaveProperty('refused');
});

test('another port leaves the rest of the link alone', () => {
	expect(withPort(new URL('http://localhost:3000/a?b#c'), 4000).href).toBe(
		'http://localhost:4000/a?b#c',
	);
});

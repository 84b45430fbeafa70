import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {checkUrl, maxUrlBytes} from '../../source/handlers/web-url.ts';

const refusal = (argument: string): string => {
	const checked = checkUrl(argument);
	return 'refused' in checked ? checked.refused : `accepted ${checked.url.href}`;
};

describe('a link that is opened', () => {
	test.each([
		['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
		['HTTP://Example.COM', 'http://example.com/'],
		['mailto:ada@example.com?subject=hi', 'mailto:ada@example.com?subject=hi'],
		['http://localhost:3000', 'http://localhost:3000/'],
		['https://exämple.com/ü', 'https://xn--exmple-cua.com/%C3%BC'],
		['https://example.com/$(reboot)`id`;&|', 'https://example.com/$(reboot)%60id%60;&|'],
	])('%s', (argument, href) => {
		const checked = checkUrl(argument);
		expect('url' in checked && checked.url.href).toBe(href);
	});
});

describe('a link that is refused, and why', () => {
	test.each([
		['', /no link/],
		['--new-window', /dash/],
		['-https://example.com', /dash/],
		['javascript:alert(1)', /javascript: links/],
		['JavaScript:alert(1)', /javascript: links/],
		['file:///etc/passwd', /file: links/],
		['data:text/html,hi', /data: links/],
		['vscode://file/etc/passwd', /vscode: links/],
		['example.com', /no scheme/],
		['/etc/passwd', /no scheme/],
		['https://example.com/a b', /spaces/],
		['https://example.com/a\u00A0b', /spaces/],
		[' https://example.com', /spaces/],
		['https://example.com/\n--flag', /control/],
		['https://example.com/\u001B]0;x\u0007', /control/],
		['java\u0000script:alert(1)', /control/],
		['https://example.com/\u202Egpj.exe', /invisible/],
		['https://example.com\u200B.evil.example', /invisible/],
		['https://user@example.com/', /user name/],
		['https://user:secret@example.com/', /user name/],
		['https://', /cannot be read/],
		['http://[::1', /cannot be read/],
		['mailto:a@b.example?attach=/etc/passwd', /attaches/],
		[`https://example.com/${'a'.repeat(maxUrlBytes)}`, /8 KiB/],
	])('%j', (argument, reason) => {
		expect(refusal(argument)).toMatch(reason);
	});
});

test('whatever passes is one plain argument with one of three schemes', () => {
	const pieces = fc.oneof(
		fc.string({unit: 'binary'}),
		fc.constantFrom(
			'http://',
			'https:',
			'mailto:',
			'file:',
			'javascript:',
			'-',
			' ',
			'\t',
			'@',
			'//',
			'a.b',
		),
	);
	fc.assert(
		fc.property(fc.array(pieces, {maxLength: 6}), parts => {
			const checked = checkUrl(parts.join(''));
			if ('url' in checked) {
				expect(checked.url.href).toMatch(/^(https?:\/\/|mailto:)[\u0021-\u007E]*$/);
				expect(checked.url.href.length).toBeLessThan(64 * 1024);
			}
		}),
		{numRuns: 3000},
	);
});

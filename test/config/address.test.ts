import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {addressArguments, parseAddress} from '../../source/config/address.ts';

describe('an address', () => {
	it.each([
		['dev', {host: 'dev'}],
		['me@dev', {host: 'dev', user: 'me'}],
		['dev:2222', {host: 'dev', port: 2222}],
		['me@dev:2222', {host: 'dev', user: 'me', port: 2222}],
		['me@corp.example@dev', {host: 'dev', user: 'me@corp.example'}],
		['[::1]', {host: '::1'}],
		['me@[fe80::1%eth0]:22', {host: 'fe80::1%eth0', user: 'me', port: 22}],
		['fd00::2', {host: 'fd00::2'}],
		['ssh://dev', {host: 'dev'}],
		['ssh://me@dev:2222/', {host: 'dev', user: 'me', port: 2222}],
		['SSH://a%20b@[::1]:1', {host: '::1', user: 'a b', port: 1}],
	])('%s is understood', (text, address) => {
		expect(parseAddress(text)).toEqual(address);
	});

	it.each([
		'',
		'-oProxyCommand=x',
		'me@-x',
		'-x@dev',
		'@dev',
		'me@',
		'dev:',
		'dev:0',
		'dev:70000',
		'dev:x',
		'a b',
		'dev;reboot',
		'$(reboot)',
		'a`b`',
		'me;x@dev',
		'dev\n',
		'[::1',
		'ssh://dev/path',
		'http://dev',
	])('%j is refused', text => {
		expect(() => parseAddress(text)).toThrow(expect.objectContaining({code: 'config-invalid'}));
	});

	it('never becomes an option or shell text, whatever is written', () => {
		fc.assert(
			fc.property(fc.string(), text => {
				let address;
				try {
					address = parseAddress(text);
				} catch {
					return;
				}

				expect(address.host).not.toMatch(/^-|[\s'"`$\\;&<>|(){}]/);
				expect(address.user ?? 'x').not.toMatch(/^-|['"`;&<>|(){}]/);
				const argv = addressArguments(address);
				expect(argv.at(-2)).toBe('--');
				expect(argv.at(-1)).toBe(address.host);
			}),
		);
	});

	it('is read back as it was written', () => {
		const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/);
		const port = fc.option(fc.integer({min: 1, max: 65_535}), {nil: undefined});
		fc.assert(
			fc.property(name, fc.option(name, {nil: undefined}), port, (host, user, at) => {
				const text = `${user ? `${user}@` : ''}${host}${at ? `:${at}` : ''}`;
				expect(parseAddress(text)).toEqual({
					host,
					...(user ? {user} : {}),
					...(at ? {port: at} : {}),
				});
				expect(parseAddress(`ssh://${text}`)).toEqual(parseAddress(text));
			}),
		);
	});
});

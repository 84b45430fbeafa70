import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {parseAddress, type Address} from '../../../source/config/address.ts';
import {parseSshHost, type SshHost} from '../../../source/transport/ssh-config/parse.ts';
import {resolveHost} from '../../../source/transport/ssh-config/resolve.ts';
import {findRoute} from '../../../source/transport/ssh-config/route.ts';
import {expandFile, expandTokens, tokensOf} from '../../../source/transport/ssh-config/tokens.ts';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'sshconfig-'));
});
afterAll(() => rm(folder, {recursive: true}));

const resolve = async (alias: string, config: string): Promise<SshHost> => {
	const file = path.join(folder, 'config');
	await writeFile(file, config);
	return resolveHost(parseAddress(alias), {configFile: file});
};

describe('the ssh configuration', () => {
	it('is what ssh itself makes of it', async () => {
		const host = await resolve(
			'me@box:2022',
			[
				'Host box',
				'  HostName Box.Example',
				'  IdentityFile ~/.ssh/%r_key',
				'  IdentityFile /other',
				'  IdentitiesOnly yes',
				'  IdentityAgent none',
				'  StrictHostKeyChecking off',
				'  UserKnownHostsFile ~/one "/two with space"',
				'  GlobalKnownHostsFile none',
				'  HostKeyAlias the-box',
				'  ConnectTimeout 7',
				'  AddressFamily inet6',
				'  PreferredAuthentications password,publickey,gssapi-with-mic',
				'  PasswordAuthentication no',
				'  Compression yes',
			].join('\n'),
		);
		expect(host).toMatchObject({
			alias: 'box',
			hostName: 'box.example',
			port: 2022,
			user: 'me',
			identityFiles: ['~/.ssh/%r_key', '/other'],
			identitiesOnly: true,
			identityAgent: 'none',
			strictHostKeyChecking: 'no',
			globalKnownHostsFiles: [],
			hostKeyAlias: 'the-box',
			connectTimeoutMs: 7000,
			addressFamily: 6,
			preferredAuthentications: ['publickey'],
			compression: true,
			proxyJump: null,
			proxyCommand: null,
		});
		expect(host.userKnownHostsFiles.map(file => expandFile(file, host))).toEqual([
			expandFile('~/one', host),
			'/two with space',
		]);
	});

	it('has defaults for a host that it does not name', async () => {
		expect(await resolve('box', '')).toMatchObject({
			port: 22,
			user: os.userInfo().username,
			strictHostKeyChecking: 'ask',
			connectTimeoutMs: null,
			addressFamily: 0,
			identityAgent: null,
			numberOfPasswordPrompts: 3,
			preferredAuthentications: ['publickey', 'keyboard-interactive', 'password'],
		});
	});

	it('may be any text without breaking us', () => {
		expect(parseSshHost('').port).toBe(22);
		expect(parseSshHost('port\nuser a b\n\nhostname x').user).toBe('a b');
	});
});

describe('tokens', () => {
	it('are replaced in commands and file names', async () => {
		const host = await resolve('me@box:2022', 'Host box\n HostName box.example');
		const tokens = tokensOf(host);
		expect(expandTokens('nc %h %p %% %r %n', tokens)).toBe('nc box.example 2022 % me box');
		expect(() => expandTokens('%z', tokens)).toThrow('unknown token %z');
		expect(() => expandTokens('x%', tokens)).toThrow('unknown token %');
		expect(expandFile('~/${X}/%r', host, {HOME: '/h', X: 'y'})).toBe('/h/y/me');
	});
});

describe('a route', () => {
	const world = (jumps: Record<string, string>) => async (address: Address) =>
		({
			...parseSshHost(`host ${address.host}\nhostname ${address.host}\nport 22`),
			proxyJump: jumps[address.host] ?? null,
			proxyCommand: address.host === 'commanded' ? 'nc %h %p' : null,
			user: address.user ?? 'default',
		}) as SshHost;

	const names = async (jumps: Record<string, string>, target = 'z') =>
		(await findRoute({host: target}, world(jumps))).map(({hostName}) => hostName);

	it('is the host alone without a jump', async () => {
		expect(await names({})).toEqual(['z']);
	});

	it('passes a list in order', async () => {
		expect(await names({z: 'a,b, c'})).toEqual(['a', 'b', 'c', 'z']);
	});

	it('follows the section of the first hop only, as ssh does', async () => {
		expect(await names({z: 'b', b: 'a'})).toEqual(['a', 'b', 'z']);
		expect(await names({z: 'b,c', c: 'x', b: 'a'})).toEqual(['a', 'b', 'c', 'z']);
	});

	it('keeps a ProxyCommand for the nearest host only', async () => {
		const route = await findRoute({host: 'z'}, world({z: 'me@commanded:2'}));
		expect(route.map(host => [host.hostName, host.user, host.proxyCommand])).toEqual([
			['commanded', 'me', 'nc %h %p'],
			['z', 'default', null],
		]);
	});

	it('ends where it would go round', async () => {
		await expect(names({z: 'a', a: 'z'})).rejects.toMatchObject({code: 'config-invalid'});
	});
});

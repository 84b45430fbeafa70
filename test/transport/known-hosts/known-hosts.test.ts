import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {fingerprint} from '../../../source/transport/known-hosts/fingerprint.ts';
import {
	knownHostName,
	matchesHost,
	parseKnownHosts,
} from '../../../source/transport/known-hosts/parse.ts';
import {judge} from '../../../source/transport/known-hosts/verdict.ts';
import {makeKey} from '../../harness/sshd.ts';

const run = promisify(execFile);
let folder: string;
let keys: string[];

beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'known-'));
	keys = [];
	for (const [index, type] of ['ed25519', 'ecdsa', 'ed25519'].entries()) {
		await makeKey(path.join(folder, `k${index}`), type);
		const text = await readFile(path.join(folder, `k${index}.pub`), 'utf8');
		keys.push(text.split(' ').slice(0, 2).join(' '));
	}
});
afterAll(() => rm(folder, {recursive: true}));

const shown = (key: string) => {
	const [type, base64] = key.split(' ') as [string, string];
	return {type, key: Buffer.from(base64, 'base64')};
};

/** The numbers of the lines that ssh-keygen finds for a name. */
const foundBySsh = async (file: string, name: string): Promise<number[]> => {
	const {stdout} = await run('ssh-keygen', ['-F', name, '-f', file]).catch(
		(error: {stdout: string}) => error,
	);
	return [...stdout.matchAll(/found: line (\d+)/g)].map(match => Number(match[1]));
};

describe('known_hosts', () => {
	it.each([false, true])(
		'has for every name the lines that ssh-keygen finds (hashed: %s)',
		async isHashed => {
			const file = path.join(folder, `known_hosts-${isHashed}`);
			const [a, b, c] = keys as [string, string, string];
			const lines = [
				'# a comment',
				'',
				`dev ${a}`,
				`dev,10.0.0.1 ${b} with a comment`,
				`[dev]:2222 ${c}`,
				`*.example.com,!bad.example.com ${a}`,
				`h?st ${a}`,
				`UPPER ${b}`,
				`@revoked * ${c}`,
				`@cert-authority *.ca.example ${a}`,
				`[*]:2200 ${b}`,
				`  indented\t${a}`,
				`fd00::1 ${b}`,
				// ssh-keygen hashes no file that has these.
				...(isHashed ? [] : ['dev', '@unknown dev ' + a]),
			];
			await writeFile(file, `${lines.join('\n')}\n`);
			if (isHashed) await run('ssh-keygen', ['-q', '-H', '-f', file]);
			const text = await readFile(file, 'utf8');
			expect(text.includes('|1|')).toBe(isHashed);
			const entries = parseKnownHosts(text, file);
			const names = [
				...['dev', '10.0.0.1', '[dev]:2222', 'x.example.com', 'bad.example.com', 'host', 'hst'],
				...['upper', 'y.ca.example', '[any]:2200', 'indented', 'fd00::1', 'nobody'],
			];
			for (const name of names) {
				const ours = entries.filter(entry => matchesHost(entry.hosts, name)).map(({line}) => line);
				expect([name, ours]).toEqual([name, await foundBySsh(file, name)]);
			}
		},
	);

	it('is matched by patterns of any form without hanging', () => {
		fc.assert(
			fc.property(
				fc.stringMatching(/^[ab*?!,.]{0,40}$/),
				fc.stringMatching(/^[ab.]{0,40}$/),
				(pattern, name) => {
					expect(typeof matchesHost(pattern, name)).toBe('boolean');
				},
			),
		);
		expect(matchesHost('*a'.repeat(30) + 'b', 'a'.repeat(200))).toBe(false);
	});

	it('has no entry where the key is none', () => {
		const broken = ['dev ssh-ed25519 notbase64!', `dev ssh-rsa ${keys[0]!.split(' ')[1]}`];
		expect(parseKnownHosts(broken.join('\n'), 'f')).toEqual([]);
	});

	it('may be any text', () => {
		fc.assert(
			fc.property(fc.string(), text => {
				expect(Array.isArray(parseKnownHosts(text, 'f'))).toBe(true);
			}),
		);
	});

	it('names a port unless it is 22', () => {
		expect(knownHostName('Dev', 22)).toBe('dev');
		expect(knownHostName('fd00::1', 2222)).toBe('[fd00::1]:2222');
	});
});

describe('the verdict on a key', () => {
	const [at22, at2222] = [22, 2222].map(port => ({host: 'dev', port, alias: null}));
	const verdict = (text: string, key: number, identity = at22!) =>
		judge(parseKnownHosts(text, 'f'), identity, shown(keys[key]!));

	it('is known, changed, revoked or unknown', () => {
		expect(verdict(`dev ${keys[0]}`, 0)).toEqual({kind: 'known'});
		expect(verdict(`dev ${keys[0]}`, 2)).toMatchObject({kind: 'mismatch', entry: {line: 1}});
		expect(verdict(`dev ${keys[0]}\n@revoked * ${keys[0]}`, 0)).toMatchObject({kind: 'revoked'});
		expect(verdict(`other ${keys[0]}`, 0)).toMatchObject({kind: 'unknown', others: []});
	});

	it('does not take a key of another type for a change', () => {
		expect(verdict(`dev ${keys[0]}`, 1)).toMatchObject({kind: 'unknown', others: [{line: 1}]});
	});

	it('takes any of several keys', () => {
		expect(verdict(`dev ${keys[0]}\ndev ${keys[2]}`, 2)).toEqual({kind: 'known'});
	});

	it('lets the plain name vouch for another port, but never accuse it', () => {
		expect(verdict(`dev ${keys[0]}`, 0, at2222!)).toEqual({kind: 'known'});
		expect(verdict(`dev ${keys[0]}`, 2, at2222!)).toMatchObject({kind: 'unknown'});
		expect(verdict(`[dev]:2222 ${keys[0]}`, 2, at2222!)).toMatchObject({kind: 'mismatch'});
	});

	it('knows of certificate authorities, and is not content with them', () => {
		expect(verdict(`@cert-authority dev ${keys[0]}`, 0)).toMatchObject({
			kind: 'unknown',
			hasAuthority: true,
		});
	});
});

describe('a fingerprint', () => {
	it('is that of ssh-keygen', async () => {
		const {stdout} = await run('ssh-keygen', ['-lf', path.join(folder, 'k0.pub')]);
		expect(fingerprint(shown(keys[0]!).key)).toBe(stdout.split(' ')[1]);
	});
});

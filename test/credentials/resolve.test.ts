import {mkdtemp, rm, writeFile, chmod} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {inspect} from 'node:util';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {CredentialConfig} from '../../source/config/config.ts';
import {resolveCredentials, revealEnvironment} from '../../source/credentials/resolve.ts';
import {redactSecrets, Secret} from '../../source/credentials/secret.ts';
import {FleetError} from '../../source/errors.ts';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'fleet-credentials-'));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const credential = (name: string, source: CredentialConfig['source'], as = 'TOKEN') => ({
	credentials: {[name]: {name, source, as}},
});

const resolve = async (
	source: CredentialConfig['source'],
	env: Record<string, string | undefined> = {PATH: process.env['PATH']},
	signal = AbortSignal.timeout(20_000),
) => revealEnvironment(await resolveCredentials(['it'], credential('it', source), {signal, env}));

const failure = async (...args: Parameters<typeof resolve>): Promise<FleetError> => {
	try {
		await resolve(...args);
	} catch (error) {
		if (error instanceof FleetError) return error;
		throw error;
	}

	throw new Error('it was resolved');
};

describe('sources', () => {
	test('env reads the variable now', async () => {
		expect(await resolve({kind: 'env', name: 'X'}, {X: 's3cret'})).toEqual({TOKEN: 's3cret'});
		expect(await failure({kind: 'env', name: 'X'}, {})).toMatchObject({
			code: 'failed',
			message: 'credential "it": X is not set',
		});
	});

	test('command is an argv that no shell reads, and its last line break goes', async () => {
		expect(await resolve({kind: 'command', argv: ['printf', '%s\\n', '$(id) a;b']})).toEqual({
			TOKEN: '$(id) a;b',
		});
	});

	test('a command that fails says its own last line', async () => {
		const script = path.join(folder, 'ask');
		await writeFile(script, '#!/bin/sh\necho first >&2\necho "not logged in" >&2\nexit 4\n');
		await chmod(script, 0o755);
		expect((await failure({kind: 'command', argv: [script]})).message).toBe(
			`credential "it": ${script} exited with 4: not logged in`,
		);
		expect((await failure({kind: 'command', argv: ['/nowhere/x']})).message).toMatch(/not found/);
		expect((await failure({kind: 'command', argv: ['true']})).message).toMatch(/empty/);
	});

	test('a command that reads its stdin gets its end, not the terminal', async () => {
		expect((await failure({kind: 'command', argv: ['cat']})).message).toMatch(/empty/);
	});

	test('a command is ended when the launch is interrupted', async () => {
		const error = await failure(
			{kind: 'command', argv: ['sleep', '60']},
			{PATH: process.env['PATH']},
			AbortSignal.timeout(50),
		);
		expect(error.code).toBe('interrupted');
	});

	test('file is read whole, without its last line break', async () => {
		const file = path.join(folder, 'token');
		await writeFile(file, 'two\nlines\r\n');
		expect(await resolve({kind: 'file', path: file})).toEqual({TOKEN: 'two\nlines'});
		expect((await failure({kind: 'file', path: path.join(folder, 'none')})).message).toMatch(
			/does not exist/,
		);
		expect((await failure({kind: 'file', path: folder})).message).toMatch(/cannot be read/);
		await writeFile(file, 'x'.repeat(200_000));
		expect((await failure({kind: 'file', path: file})).message).toMatch(/larger than/);
		await writeFile(file, 'a\0b');
		expect((await failure({kind: 'file', path: file})).message).toMatch(/NUL/);
	});

	test('op asks the tool of 1Password for the reference', async () => {
		await writeFile(path.join(folder, 'op'), '#!/bin/sh\nprintf "%s|" "$@"\n');
		await chmod(path.join(folder, 'op'), 0o755);
		const PATH = `${folder}:${process.env['PATH']}`;
		expect(await resolve({kind: 'op', reference: 'op://vault/item/field'}, {PATH})).toEqual({
			TOKEN: 'read|--no-newline|op://vault/item/field|',
		});
		expect(
			(await failure({kind: 'op', reference: 'op://v/i'}, {PATH: folder + '/none'})).hint,
		).toMatch(/Install/);
	});
});

test('an unknown name lists those that exist', async () => {
	const known = credential('github', {kind: 'env', name: 'X'});
	await expect(
		resolveCredentials(['gihub'], known, {signal: AbortSignal.timeout(1000)}),
	).rejects.toMatchObject({code: 'usage', hint: expect.stringContaining('github')});
});

test('a name given twice is resolved once; two of one variable are refused', async () => {
	const two = {
		credentials: {
			...credential('a', {kind: 'env', name: 'X'}).credentials,
			...credential('b', {kind: 'env', name: 'Y'}).credentials,
		},
	};
	const options = {signal: AbortSignal.timeout(1000), env: {X: '1', Y: '2'}};
	expect(revealEnvironment(await resolveCredentials(['a', 'a'], two, options))).toEqual({
		TOKEN: '1',
	});
	await expect(resolveCredentials(['a', 'b'], two, options)).rejects.toMatchObject({code: 'usage'});
});

describe('a secret', () => {
	const secret = new Secret('hunter2/"pass', 'github');

	test('shows its label to everything but reveal', () => {
		expect(secret.reveal()).toBe('hunter2/"pass');
		const shown = [
			`${secret}`,
			JSON.stringify({secret, list: [secret]}),
			inspect({deep: {secret}}, {showHidden: true, depth: 9}),
			String(new Error(`bad ${secret}`, {cause: secret})),
			Object.values({...secret}).join(),
		];
		for (const text of shown) expect(text).not.toContain('hunter2');
		expect(shown[0]).toBe('[secret github]');
	});

	test('is taken out of any text, in the ways in which text carries it', () => {
		const carried = [
			secret.reveal(),
			JSON.stringify({environment: {TOKEN: secret.reveal()}}),
			`https://example.com/?t=${encodeURIComponent(secret.reveal())}`,
			`Basic ${Buffer.from(secret.reveal()).toString('base64')}`,
		];
		for (const text of carried) {
			expect(redactSecrets(text)).toContain('[secret github]');
			expect(redactSecrets(text)).not.toMatch(/hunter2|aHVudGVyMi/);
		}
	});
});

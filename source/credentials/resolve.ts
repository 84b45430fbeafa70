import type {Config, CredentialConfig} from '../config/config.ts';
import {FleetError, toFleetError} from '../errors.ts';
import {Secret} from './secret.ts';
import type {SourceContext} from './source.ts';
import {command} from './sources/command.ts';
import {env} from './sources/env.ts';
import {file} from './sources/file.ts';
import {op} from './sources/op.ts';

/** Secrets by their name in the agent's environment. */
export type SecretEnvironment = ReadonlyMap<string, Secret>;

/**
 * Asks the sources for what one launch needs, now, in order (each may ask the person something);
 * nothing is kept for the next. A name that the configuration does not know rejects with `usage`,
 * a source that fails with `failed` and what to do.
 */
export const resolveCredentials = async (
	names: readonly string[],
	{credentials}: Pick<Config, 'credentials'>,
	{signal, env = process.env}: {signal: AbortSignal; env?: SourceContext['env']},
): Promise<SecretEnvironment> => {
	const wanted = [...new Set(names)].map(name => find(name, credentials));
	const secrets = new Map<string, Secret>();
	for (const credential of wanted) {
		if (secrets.has(credential.as)) {
			throw new FleetError(
				'usage',
				`two credentials of this launch are both called ${credential.as}`,
				{
					hint: 'Give one of them another name with `as`.',
				},
			);
		}

		secrets.set(credential.as, await resolve(credential, {env, signal}));
	}

	return secrets;
};

/** The plain values, for the body of a launch and nothing else. */
export const revealEnvironment = (secrets: SecretEnvironment): Record<string, string> =>
	Object.fromEntries([...secrets].map(([name, secret]) => [name, secret.reveal()]));

const find = (name: string, credentials: Config['credentials']): CredentialConfig => {
	if (Object.hasOwn(credentials, name)) return credentials[name]!;
	const known = Object.keys(credentials);
	throw new FleetError('usage', `there is no credential "${name}"`, {
		hint:
			known.length === 0
				? `Describe it as [credential.${name}] in remote.toml.`
				: `The configuration has: ${known.join(', ')}.`,
	});
};

const resolve = async (
	{name, source}: CredentialConfig,
	context: SourceContext,
): Promise<Secret> => {
	try {
		const value = withoutLineBreak(await read(source, context));
		if (value === '') throw new FleetError('failed', 'it is empty');
		if (value.includes('\0')) {
			throw new FleetError('failed', 'it holds a NUL character, which no environment can carry');
		}

		return new Secret(value, name);
	} catch (error) {
		const {code, message, hint} = toFleetError(error);
		throw new FleetError(code, `credential "${name}": ${message}`, {hint});
	}
};

const read = (source: CredentialConfig['source'], context: SourceContext): Promise<string> => {
	switch (source.kind) {
		case 'env':
			return env(source, context);
		case 'command':
			return command(source, context);
		case 'file':
			return file(source, context);
		case 'op':
			return op(source, context);
	}
};

const withoutLineBreak = (value: string): string => value.replace(/\r?\n$/, '');

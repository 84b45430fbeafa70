import {existsSync} from 'node:fs';
import type {Client} from '../client/client.ts';
import type {Config, RemoteConfig} from '../config/config.ts';
import {FleetError} from '../errors.ts';
import {jsonLine} from './json-line.ts';
import type {Transport} from '../transport/transport.ts';
import type {CommandContext, CommandInput} from './command.ts';

export type OwnedContext = {context: CommandContext; close(): Promise<void>};

/** What a command may ask for, each made once and when asked; `close` ends what was made. */
export const createContext = (
	{flags}: Pick<CommandInput, 'flags'>,
	signal: AbortSignal,
	{stdin, stdout, stderr, env}: NodeJS.Process = process,
): OwnedContext => {
	const text = (name: string) => (typeof flags[name] === 'string' ? flags[name] : undefined);
	const configFile = text('config');
	const remoteName = text('remote') ?? (env['FLEET_REMOTE'] || null);
	const isQuiet = flags['quiet'] === true;

	const config = once(async (): Promise<Config> => {
		const {loadConfig} = await import('../config/load.ts');
		return loadConfig(configFile, env);
	});
	const remote = once(async (): Promise<RemoteConfig | null> => {
		// Whoever names a file means it, also where this machine needs nothing of it.
		if (configFile !== undefined || env['FLEET_CONFIG']) await config();
		if (remoteName === null) return null;
		const {remotes, file} = await config();
		const found = Object.hasOwn(remotes, remoteName) ? remotes[remoteName] : undefined;
		return found ?? noSuchRemote(remoteName, Object.keys(remotes), file);
	});
	const transport = once(async (): Promise<Transport> => {
		const [{openTransport}, wanted] = await Promise.all([import('./open-transport.ts'), remote()]);
		return openTransport(wanted, context);
	});
	const client = once(async (): Promise<Client> => {
		const [{createClient}, over] = await Promise.all([
			import('../client/create-client.ts'),
			transport(),
		]);
		return createClient(over);
	});

	const context: CommandContext = {
		remoteName,
		configFile,
		json: flags['json'] === true,
		quiet: isQuiet,
		verbose: flags['verbose'] === true,
		signal,
		prompt: undefined,
		drawn: undefined,
		stdin,
		stdout,
		stderr,
		config,
		remote,
		transport,
		client,
		print: line => void stdout.write(`${line}\n`),
		printJson: value => void stdout.write(`${jsonLine(value)}\n`),
		note: line => void (isQuiet || stderr.write(`${line}\n`)),
	};
	return {
		context,
		async close() {
			(await client.made)?.close();
			await (await transport.made)?.close();
		},
	};
};

type Once<T> = (() => Promise<T>) & {
	/** What was made, or undefined where nobody asked or the making failed. */
	readonly made: Promise<T | undefined>;
};

function once<T>(make: () => Promise<T>): Once<T> {
	let promise: Promise<T> | undefined;
	const get = () => (promise ??= make());
	return Object.defineProperty(get, 'made', {
		get: async () => promise?.catch(() => undefined),
	}) as Once<T>;
}

async function noSuchRemote(name: string, names: readonly string[], file: string): Promise<never> {
	const {listed, didYouMean} = await import('../config/nearest.ts');
	const isThere = names.length > 0 || existsSync(file);
	if (name === '') {
		throw new FleetError('no-such-remote', '--remote is given without a name', {
			hint: `Leave it out for this machine.${names.length === 0 ? '' : ` There ${names.length === 1 ? 'is' : 'are'} ${listed(names)}.`}`,
		});
	}

	throw new FleetError('no-such-remote', `no remote is called \`${name}\``, {
		hint:
			names.length === 0
				? `${isThere ? `${file} names no remote; add` : `Make ${file} with`} a table [remote.${name}] and in it ssh = "user@host".`
				: `${didYouMean(name, names)}There ${names.length === 1 ? 'is' : 'are'} ${listed(names)}.`,
	});
}

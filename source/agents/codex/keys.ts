import path from 'node:path';
import {parse} from 'smol-toml';
import type {LaunchContext, LaunchPlan} from '../kind.ts';
import {keyCommand, keyFiles, keyPipe} from '../keys/key-pipe.ts';

type Table = Readonly<Record<string, unknown>>;

/** A provider of ours cannot have the name of one that is there. */
const ownProvider = 'fleet';
/** With these the person chooses a provider for this launch themselves. */
const choosing =
	/^(?:--oss|--local-provider|--profile|-p|--profile=.*|-c=?model_provider.*|--config=model_provider.*|model_provider.*)$/;

/**
 * The key of Codex's provider as a command that it asks: the same provider, but for where its key comes
 * from, under a name of ours, since Codex lets nobody change its built-in one. Nothing where it is not
 * sure which provider a secret belongs to; then the secret stays in the environment.
 */
export const codexKeys = ({
	scratch,
	home,
	args,
	command,
	secrets,
	env,
	readFile,
}: LaunchContext): Pick<LaunchPlan, 'keys' | 'files'> & {before: string[]} => {
	const nothing = {before: []};
	if (secrets.length === 0 || command?.length) return nothing;
	if (args.some(argument => choosing.test(argument))) return nothing;
	const folder = env['CODEX_HOME'] ?? path.join(home, '.codex');
	const config = readConfig(readFile(path.join(folder, 'config.toml')));
	const provider = config && providerOf(config);
	if (!provider || !secrets.includes(provider.key)) return nothing;

	const [program, script] = keyCommand(scratch, provider.key);
	const auth = {command: program, args: [script], timeout_ms: 10_000};
	const table = inline({...provider.table, auth});
	return {
		before: [
			'-c',
			`model_providers.${ownProvider}=${table}`,
			'-c',
			`model_provider=${ownProvider}`,
		],
		files: keyFiles(scratch, provider.key),
		keys: {[provider.key]: keyPipe(scratch, provider.key)},
	};
};

const readConfig = (text: string | null): Table | null => {
	try {
		return text === null ? {} : (parse(text) as Table);
	} catch {
		// Codex will say what is wrong with it.
		return null;
	}
};

const asTable = (value: unknown): Table | null =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : null;

/** The provider that a plain start uses, and the variable that holds its key. */
const providerOf = (config: Table): {key: string; table: Table} | null => {
	if (config['profile'] !== undefined) return null;
	const name = config['model_provider'] ?? 'openai';
	if (name === 'openai') {
		const base = config['openai_base_url'];
		return {
			key: 'OPENAI_API_KEY',
			table: {
				// By this name Codex knows what its own provider can do.
				name: 'OpenAI',
				base_url: typeof base === 'string' ? base : 'https://api.openai.com/v1',
				wire_api: 'responses',
			},
		};
	}

	const table = asTable(asTable(config['model_providers'])?.[String(name)]);
	if (table === null) return null;
	const {env_key: key, ...rest} = table;
	return typeof key === 'string' && !('auth' in rest) ? {key, table: rest} : null;
};

/** A value as TOML on one line; what a file may hold beside text, numbers and tables is no provider's. */
const inline = (value: unknown): string => {
	if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
	const table = asTable(value);
	if (table === null || value instanceof Date) return JSON.stringify(value);
	return `{${Object.entries(table)
		.map(([key, entry]) => `${JSON.stringify(key)} = ${inline(entry)}`)
		.join(', ')}}`;
};

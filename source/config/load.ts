import {readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import {FleetError} from '../errors.ts';
import type {Config} from './config.ts';
import {configFile, expandHome, homeFolder} from './paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const maxBytes = 1024 * 1024;

/**
 * Reads remote.toml. Without a file everything is default, unless `--config` or FLEET_CONFIG
 * named it: then it rejects with `config-missing`.
 */
export const loadConfig = async (
	named: string | undefined,
	env: Environment = process.env,
): Promise<Config> => {
	const home = homeFolder(env);
	const file = path.resolve(expandHome(named ?? configFile(env), home));
	const isNamed = named !== undefined || Boolean(env['FLEET_CONFIG']);
	const toml = await read(file, isNamed);
	if (toml === undefined) return defaultConfig(file);
	const {parseConfig} = await import('./parse.ts');
	return withoutMissingSshConfig(await parseConfig(toml, file, home), home);
};

/** Naming ssh's own default file must not be an error on a machine that has none: ssh does without it, too. */
async function withoutMissingSshConfig(config: Config, home: string): Promise<Config> {
	const usual = path.join(home, '.ssh/config');
	for (const remote of Object.values(config.remotes)) {
		if (remote.sshConfig === usual && !(await stat(usual).catch(() => false))) {
			remote.sshConfig = null;
		}
	}

	return config;
}

/** What holds where the user said nothing. */
export const defaultConfig = (file: string): Config => ({
	file,
	remotes: {},
	credentials: {},
	roles: {},
	handlers: {
		web: {command: null, policy: 'allow'},
		ide: {command: null, tool: null, policy: 'allow'},
		diff: {command: null, policy: 'allow'},
	},
	ui: {
		detachKey: 'ctrl-\\',
		mouse: true,
		preview: 'auto',
		localEcho: 'auto',
		notify: ['bell', 'osc9'],
		quietHours: null,
	},
});

async function read(file: string, isNamed: boolean): Promise<string | undefined> {
	try {
		const {size} = await stat(file);
		if (size > maxBytes) {
			throw new FleetError('config-invalid', `${file}: larger than a configuration can be (1 MiB)`);
		}

		const bytes = await readFile(file);
		return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch (error) {
		if (error instanceof FleetError) throw error;
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR') {
			if (!isNamed) return undefined;
			throw new FleetError('config-missing', `${file}: no such file`, {
				hint: 'Name a file that exists with --config or FLEET_CONFIG, or leave both out.',
				cause: error,
			});
		}

		const reason =
			code === 'EISDIR'
				? 'a folder, not a file'
				: code === 'EACCES'
					? 'may not be read'
					: code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
						? 'not UTF-8'
						: (error as Error).message;
		throw new FleetError('config-invalid', `${file}: ${reason}`, {cause: error});
	}
}

import os from 'node:os';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const xdg = (env: Environment, name: string, fallback: string): string => {
	const value = env[name];
	// The XDG specification says that a relative path is invalid and to be ignored.
	return value && path.isAbsolute(value) ? value : path.join(homeFolder(env), fallback);
};

export const homeFolder = (env: Environment = process.env): string => env['HOME'] || os.homedir();

/** `~` and `~/…` as this side's home; anything else is left as it is. */
export const expandHome = (file: string, home = homeFolder()): string =>
	file === '~' ? home : file.startsWith('~/') ? path.join(home, file.slice(2)) : file;

/** The other way: what is in this side's home begins with `~`. */
export const contractHome = (file: string, home = homeFolder()): string =>
	file === home ? '~' : file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file;

/** The default of `--config`. */
export const configFile = (env: Environment = process.env): string =>
	env['FLEET_CONFIG'] ||
	path.join(xdg(env, 'XDG_CONFIG_HOME', '.config'), 'fleet-console', 'remote.toml');

/** This program's state on either side: sockets, journal, logs, what was learned of remotes. */
export const stateFolder = (env: Environment = process.env): string =>
	path.resolve(
		env['FLEET_STATE_DIR'] ||
			path.join(xdg(env, 'XDG_STATE_HOME', '.local/state'), 'fleet-console'),
	);

/** Bytes of a socket's path: `sun_path` of unix(7) holds 108 with the closing NUL, that of macOS 104. */
export const longestSocketPath = process.platform === 'darwin' ? 103 : 107;

/** Where the daemon listens. */
export const hostSocket = (state = stateFolder()): string => path.join(state, 'run', 'host.sock');

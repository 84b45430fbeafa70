import path from 'node:path';

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** The file beside the relays that bash reads. */
export const pathKeeper = 'keep-path.sh';

const keepPath = (folder: string): string =>
	`case :$PATH: in *:${quote(folder)}:*) ;; *) PATH=${quote(folder)}:$PATH ;; esac`;

/** Puts the folder back in front of a `PATH` without it, and then reads what bash would have read without us. */
export const pathKeeperScript = (folder: string): string =>
	`${keepPath(folder)}\n[ ! -r "\${FLEET_BASH_ENV-}" ] || . "$FLEET_BASH_ENV"\n`;

type Environment = Readonly<Record<string, string>>;

/**
 * What makes an agent's programs find the relays: `BROWSER` for those that honour it, the folder
 * first on `PATH` for those that start `xdg-open` or `code` themselves, and git's own setting, which
 * knows neither. `env` is the agent's environment without them.
 *
 * A login shell may set `PATH` anew (Debian's /etc/profile does), and agents run their commands in such
 * (`bash -lc …`). Bash then reads `BASH_ENV`, or shows a prompt: both put the folder back.
 */
export const relayEnvironment = (folder: string, env: Environment): Record<string, string> => {
	const browser = path.join(folder, 'browser');
	const keeper = path.join(folder, pathKeeper);
	const former = env['BASH_ENV'];
	const rest = (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin')
		.split(':')
		.filter(entry => entry !== folder);
	return {
		BROWSER: browser,
		PATH: [folder, ...rest].join(':'),
		BASH_ENV: keeper,
		...(former && former !== keeper ? {FLEET_BASH_ENV: former} : {}),
		PROMPT_COMMAND: env['PROMPT_COMMAND'] ?? keepPath(folder),
		...gitConfig(env, [
			['web.browser', 'fleet'],
			// git hands this to a shell.
			['browser.fleet.cmd', quote(browser)],
		]),
	};
};

/** Added to what the environment configures already (git-config(1), GIT_CONFIG_COUNT). */
const gitConfig = (env: Environment, settings: Array<[string, string]>): Record<string, string> => {
	const count = /^\d{1,4}$/.test(env['GIT_CONFIG_COUNT'] ?? '')
		? Number(env['GIT_CONFIG_COUNT'])
		: 0;
	return Object.fromEntries([
		['GIT_CONFIG_COUNT', String(count + settings.length)],
		...settings.flatMap(([key, value], index) => [
			[`GIT_CONFIG_KEY_${count + index}`, key],
			[`GIT_CONFIG_VALUE_${count + index}`, value],
		]),
	]) as Record<string, string>;
};

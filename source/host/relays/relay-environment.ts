import path from 'node:path';

type Environment = Readonly<Record<string, string>>;

/**
 * What makes an agent's programs find the relays: `BROWSER` for those that honour it, the folder
 * first on `PATH` for those that start `xdg-open` or `code` themselves, and git's own setting, which
 * knows neither. `env` is the agent's environment without them.
 */
export const relayEnvironment = (folder: string, env: Environment): Record<string, string> => {
	const browser = path.join(folder, 'browser');
	const rest = (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin')
		.split(':')
		.filter(entry => entry !== folder);
	return {
		BROWSER: browser,
		PATH: [folder, ...rest].join(':'),
		...gitConfig(env, [
			['web.browser', 'fleet'],
			// git hands this to a shell.
			['browser.fleet.cmd', `'${browser.replaceAll("'", String.raw`'\''`)}'`],
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

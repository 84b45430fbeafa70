import type {LaunchCommand} from './tickets.ts';

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** What the terminal itself says; the agent keeps it whatever its own environment holds. */
const fromTerminal = new Set(['TERM', 'TMUX', 'TMUX_PANE']);
/** A shell sets these itself, and no export could hold. */
const ofShell = new Set(['PWD', 'OLDPWD', 'SHLVL', '_']);
const isName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

/**
 * A launch as words for a POSIX shell to `eval`: it leaves exactly the command's environment (and what
 * the terminal says), the working folder, and the argv as `"$@"`. Names that no shell can export are left out. Keys are
 * handed to the launcher's outer shell, which listens.
 */
export const shellProgram = (
	{argv, env, cwd, keys = {}}: LaunchCommand,
	inherited: Readonly<Record<string, string | undefined>>,
): string => {
	const lines = Object.entries(keys).map(
		([pipe, secret]) =>
			`[ -p ${quote(`${pipe}.in`)} ] && printf %s ${quote(secret)} >${quote(`${pipe}.in`)} || exit 127`,
	);
	for (const name of Object.keys(inherited)) {
		if (
			isName(name) &&
			!fromTerminal.has(name) &&
			!ofShell.has(name) &&
			!Object.hasOwn(env, name)
		) {
			lines.push(`unset ${name}`);
		}
	}

	for (const [name, value] of Object.entries(env)) {
		if (isName(name) && !fromTerminal.has(name) && !ofShell.has(name)) {
			lines.push(`export ${name}=${quote(value)}`);
		}
	}

	// `./` keeps a folder that is called `-` or `-P` from being read as an option; CDPATH must not speak.
	const folder = cwd.startsWith('/') ? cwd : `./${cwd}`;
	lines.push(
		`CDPATH= cd ${quote(folder)} 2>/dev/null || {`,
		`	printf 'fleet-console: %s cannot be entered\\n' ${quote(cwd)} >&2`,
		'	exit 127',
		'}',
		'unset OLDPWD',
		`set -- ${argv.map(quote).join(' ')}`,
	);
	return lines.join('\n') + '\n';
};

import path from 'node:path';
import type {AgentKind} from './kind.ts';
import {answerOnScreen} from './screen-question.ts';

const shells = new Set([
	'sh',
	'bash',
	'zsh',
	'fish',
	'dash',
	'ash',
	'ksh',
	'mksh',
	'tcsh',
	'csh',
	'nu',
]);

/** A shell, or any program at all: what follows `--` is the command. */
export const shell: AgentKind = {
	name: 'shell',
	program: null,
	install: null,
	plan({command, args, prompt, shell}) {
		const argv = [...(command ?? []), ...args];
		return {
			// Not as a login shell: the environment is the login's already, and the system's profile would
			// take the relays to the operator's laptop off PATH again.
			argv: argv.length > 0 ? argv : [shell],
			env: {},
			...(prompt?.trim() ? {typed: prompt} : {}),
		};
	},
	// A program that says it is blocked (OSC 7501) and lists numbered choices reads one of them as a line.
	asksOnScreen: true,
	answer: answerOnScreen({submit: ['Enter']}),
};

/**
 * The name that a terminal gives the foreground program while this command sits at a prompt, or
 * null where the command is no interactive shell (`bash -c …` and `bash script` run one thing).
 */
export const interactiveShell = (argv: readonly string[]): string | null => {
	const name = path.basename(argv[0] ?? '').replace(/^-/, '');
	if (!shells.has(name)) return null;
	return argv
		.slice(1)
		.every(argument => /^(-[il]+|--login|--norc|--noprofile|--interactive)$/.test(argument))
		? name
		: null;
};

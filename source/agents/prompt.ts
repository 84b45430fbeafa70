import type {LaunchContext, LaunchPlan} from './kind.ts';

// Linux takes at most 128 KiB in one argument (MAX_ARG_STRLEN); a longer prompt has to be typed.
const longestArgument = 100 * 1024;

/** Whether a prompt may stand on the command line, where it survives a slow start. */
export const fitsArgument = (prompt: string): boolean =>
	Buffer.byteLength(prompt) <= longestArgument;

/**
 * The launch of a program that takes its first prompt as arguments. A command of the person's own
 * stands in for program and arguments; then nothing is known of its flags, and the prompt is typed.
 */
export const planProgram = (
	program: string,
	context: LaunchContext,
	{
		before = [],
		resume,
		prompt,
		...plan
	}: Omit<LaunchPlan, 'argv' | 'typed' | 'env'> & {
		env?: Record<string, string>;
		/** Arguments of ours, before the person's. */
		before?: readonly string[];
		/** How the program takes up a session; the arguments stand first. */
		resume: (session: string) => readonly string[];
		/** How the program takes a prompt; the arguments stand last. */
		prompt: (text: string) => readonly string[];
	},
): LaunchPlan => {
	const {command, args} = context;
	const again = context.session ? resume(context.session) : [];
	const own = command?.length ? [...command] : [program, ...again, ...before];
	// A session that goes on has had its first prompt.
	const text = context.prompt?.trim() && again.length === 0 ? context.prompt : null;
	const onArgv = text !== null && !command?.length && fitsArgument(text);
	return {
		env: {},
		...plan,
		argv: [...own, ...args, ...(onArgv ? prompt(text) : [])],
		...(text !== null && !onArgv ? {typed: text} : {}),
	};
};

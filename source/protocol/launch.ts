import * as v from 'valibot';

const environmentName = v.pipe(v.string(), v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/));
const atMost = (length: number) =>
	v.maxLength<string, number, string>(length, `longer than ${length} characters`);
const noNul = v.check((value: string) => !value.includes('\0'), 'holds a NUL character');
const argument = v.pipe(v.string(), atMost(128 * 1024), noNul);

/** The body of `POST /v1/agents`. */
export const launchRequestSchema = v.object({
	/** An agent kind of the registry; `shell` runs `command`, or the login shell without one. */
	agent: v.pipe(v.string(), v.maxLength(40)),
	/** Made unique by the host when taken (`docs`, `docs-2`); default: the role, or the kind. */
	name: v.optional(
		v.nullable(v.pipe(v.string(), v.minLength(1, 'expected a word or more'), atMost(120))),
	),
	role: v.optional(v.nullable(v.pipe(v.string(), atMost(120)))),
	/** On the host; `~` is the host's home, and the default. */
	cwd: v.optional(v.nullable(v.pipe(v.string(), atMost(4096), noNul))),
	/** Replaces the kind's own program and arguments. */
	command: v.optional(v.nullable(v.pipe(v.array(argument), v.minLength(1)))),
	/** Added to the kind's own arguments. */
	args: v.optional(v.array(argument), []),
	prompt: v.optional(v.nullable(v.pipe(v.string(), atMost(256 * 1024), noNul))),
	/** The role's plain `env`: kept with the agent, so that a restart has it. */
	env: v.optional(v.record(environmentName, argument), {}),
	/** Secrets of this launch: in memory only, never journalled, never on disk. */
	environment: v.optional(v.record(environmentName, argument), {}),
	size: v.optional(
		v.object({
			cols: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)),
			rows: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)),
		}),
	),
});
export type LaunchRequest = v.InferOutput<typeof launchRequestSchema>;
export type LaunchRequestInput = v.InferInput<typeof launchRequestSchema>;

/** The body of `POST /v1/agents/ID/input`: text is typed literally, keys are tmux key names. */
export const inputRequestSchema = v.object({
	text: v.optional(v.pipe(v.string(), atMost(1024 * 1024)), ''),
	submit: v.optional(v.boolean(), false),
	keys: v.optional(v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,20}$/))), []),
});
export type InputRequest = v.InferOutput<typeof inputRequestSchema>;

export const stopRequestSchema = v.object({
	/** Seconds between TERM and KILL. */
	grace: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(3600)), 5),
});

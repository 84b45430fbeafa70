import * as v from 'valibot';
import {plainText} from './text.ts';

/** The contract's states, in the order of the roll-up: the first that any agent is in wins. */
export const agentStates = [
	'blocked',
	'done',
	'working',
	'starting',
	'idle',
	'unknown',
	'exited',
] as const;
export type AgentState = (typeof agentStates)[number];

/** One line of harmless text from the host. */
export const text = (limit = 1000) =>
	v.pipe(
		v.string(),
		v.transform(value => plainText(value, limit)),
	);

const nullable = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema), null);

export const agentIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));

export const attentionSchema = v.object({
	/** `permission`, `question`, `auth`, or another word of a newer host. */
	kind: text(40),
	/** What it waits for, in a line: "approve Bash: touch x". */
	text: text(400),
	/** Names this one question, so that a late answer never meets the next one. */
	id: nullable(text(120)),
	choices: v.optional(v.array(v.object({id: text(120), label: text(200)})), []),
});
export type Attention = v.InferOutput<typeof attentionSchema>;

export const exitSchema = v.object({
	code: nullable(v.pipe(v.number(), v.integer())),
	signal: nullable(text(20)),
	/** The last line it left behind, so that a row can say why. */
	message: nullable(text(400)),
});

export const agentSchema = v.object({
	id: agentIdSchema,
	name: text(120),
	role: nullable(text(120)),
	agent: text(40),
	command: v.array(text(4000)),
	cwd: text(4096),
	runtime: v.optional(text(40), 'tmux'),
	// A newer host may know states that this console does not: never guess.
	state: v.fallback(v.picklist(agentStates), 'unknown'),
	since: text(40),
	title: nullable(text(400)),
	session: nullable(text(200)),
	attention: nullable(attentionSchema),
	pid: nullable(v.pipe(v.number(), v.integer())),
	exit: nullable(exitSchema),
	createdAt: text(40),
	revision: v.pipe(v.number(), v.integer()),
	/** What is wrong with its program though it runs, and how to mend it: it is too old. */
	warning: nullable(text(400)),
	model: nullable(text(120)),
	usage: nullable(v.object({cost: nullable(v.number()), tokens: nullable(v.number())})),
});

/** An agent as it crosses the wire; times are ISO 8601 UTC, `revision` grows with each change. */
export type Agent = v.InferOutput<typeof agentSchema>;

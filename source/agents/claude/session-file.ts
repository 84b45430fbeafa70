import * as v from 'valibot';
import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import {strength} from '../../host/arbiter/rules.ts';
import {isAtLeast} from '../age.ts';

/** The first version that keeps the file; it is undocumented, so what is not understood says nothing. */
const firstVersion = '2.1.139';

const schema = v.object({
	pid: v.number(),
	sessionId: v.optional(v.string()),
	procStart: v.string(),
	version: v.string(),
	status: v.string(),
	statusUpdatedAt: v.optional(v.number()),
	waitingFor: v.optional(v.string()),
	name: v.optional(v.string()),
	nameSource: v.optional(v.string()),
});

const states = {idle: 'idle', busy: 'working', shell: 'working', waiting: 'blocked'} as const;

export type ClaudeSession = v.InferOutput<typeof schema>;

/** The session file's text, or null where it is another process's (a reused pid) or not understood. */
export const parseSessionFile = (
	text: string,
	{startedAt}: {startedAt: string | null},
): ClaudeSession | null => {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		return null;
	}

	const {success, output} = v.safeParse(schema, json);
	if (!success || output.procStart !== startedAt || !isAtLeast(output.version, firstVersion))
		return null;
	return output;
};

export const sessionEvidence = (
	{status, statusUpdatedAt, waitingFor, sessionId, name, nameSource}: ClaudeSession,
	now: number,
): AgentEvidence => {
	const state = states[status as keyof typeof states] ?? null;
	return {
		source: 'session-file',
		state,
		strength: state === null ? strength.none : strength.sessionFile,
		// Its own clock is the host's, but a broken one must not silence what comes after.
		at: Math.min(statusUpdatedAt ?? now, now),
		expiresAt: null,
		detail: [status, waitingFor].filter(Boolean).join(': '),
		...(sessionId === undefined ? {} : {session: sessionId}),
		...(name !== undefined && nameSource !== 'derived' ? {title: name} : {}),
		...(state === 'blocked'
			? {
					attention: {
						kind: waitingFor === 'input needed' ? 'question' : 'permission',
						text: waitingFor === 'input needed' ? 'it asks a question' : 'it asks for permission',
						id: null,
						choices: [],
					},
				}
			: {}),
	};
};

import {findAgentKind} from '../../agents/registry.ts';
import {plainText} from '../../protocol/text.ts';
import type {RuntimeEvent} from '../runtimes/runtime.ts';
import type {AgentEvidence} from './evidence.ts';
import {evidenceFromControlString} from './from-control-string.ts';
import {lifetime, strength} from './rules.ts';

/** Whose terminal it is that the runtime watches. */
export type Subject = {
	/** Its kind's name. */
	agent: string;
	/** The shell's name while it sits at a prompt, for an interactive shell (`interactiveShell`); else null. */
	shell: string | null;
};

/** What one thing that the runtime saw says of the agent's state; null where it says nothing. */
export const evidenceFromRuntime = (
	event: RuntimeEvent,
	now: number,
	subject: Subject,
): AgentEvidence | null => {
	switch (event.kind) {
		case 'pid':
			return {
				...at('process', now),
				state: 'starting',
				strength: isPlain(subject) ? strength.startPlain : strength.start,
				expiresAt: now + (isPlain(subject) ? lifetime.startPlain : lifetime.start),
				detail: `started as process ${event.pid}`,
			};
		case 'exit':
			return {
				...at('process', now),
				state: 'exited',
				strength: strength.exit,
				detail: ended(event),
			};
		case 'gone':
			return {
				...at('process', now),
				state: 'exited',
				strength: strength.exit,
				detail: 'its terminal is gone',
			};
		case 'title':
			return fromTitle(event.title, now, subject);
		case 'bell':
			return {
				...at('bell', now),
				strength: strength.hint,
				expiresAt: now + lifetime.hint,
				detail: 'it rang the bell',
			};
		case 'activity':
			return {
				...at('output', now),
				state: 'working',
				strength: strength.output,
				expiresAt: now + lifetime.output,
				detail: 'it prints',
			};
		case 'foreground':
			return fromForeground(event.program, now, subject);
		case 'unheard':
			return {
				...at('unheard', now),
				detail: 'some of its output was not heard: what it reported before counts less',
			};
		case 'dropped':
			return null;
		case 'osc':
			return evidenceFromControlString(event.payload, now);
	}
};

/** Its program is not on this host: it ended before it began. */
export const absentEvidence = (why: string, now: number): AgentEvidence => ({
	...at('process', now),
	state: 'exited',
	strength: strength.exit,
	detail: why,
});

/** A person looks at the agent, or did until now: `done` becomes `idle`. */
export const evidenceOfLooking = (now: number): AgentEvidence => ({
	...at('seen', now),
	detail: 'a person looked at it',
});

/** A program that no kind knows, and no shell that draws its prompt first. */
const isPlain = ({agent, shell}: Subject): boolean => agent === 'shell' && shell === null;

const at = (source: string, now: number): AgentEvidence => ({
	source,
	state: null,
	strength: strength.none,
	at: now,
	expiresAt: null,
	detail: '',
});

const ended = ({code, signal}: {code: number | null; signal: string | null}): string =>
	signal === null ? `exited with code ${code ?? 'unknown'}` : `ended by ${signal}`;

const fromTitle = (title: string, now: number, {agent}: Subject): AgentEvidence => {
	const plain = plainText(title, 400);
	const reading = findAgentKind(agent)?.readTitle?.(plain) ?? {state: null, title: plain || null};
	return {
		...at('title', now),
		state: reading.state,
		strength: reading.state === null ? strength.none : strength.title,
		detail: `title “${plainText(plain, 120)}”`,
		title: reading.title,
		...(reading.state === 'blocked'
			? {
					attention: reading.attention ?? {
						kind: 'permission',
						text: reading.title ?? 'it asks for something',
						id: null,
						choices: [],
					},
				}
			: {}),
	};
};

const fromForeground = (program: string, now: number, {shell}: Subject): AgentEvidence => {
	const plain = plainText(program, 80);
	const name = plain.replace(/^-/, '');
	if (shell === null || name === '') {
		return {...at('foreground', now), detail: `${plain} is in front`};
	}

	const prompt = name === shell;
	return {
		...at('foreground', now),
		state: prompt ? 'idle' : 'working',
		strength: strength.foreground,
		detail: prompt ? `${shell} is at its prompt` : `${shell} runs ${plain}`,
	};
};

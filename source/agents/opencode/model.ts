import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import {strength} from '../../host/arbiter/rules.ts';
import type {Attention} from '../../protocol/agent.ts';
import {plainText} from '../../protocol/text.ts';
import {describeTool, questionAttention, readQuestions} from '../describe-tool.ts';

type Fields = Readonly<Record<string, unknown>>;
type Session = {
	title: string | null;
	model: string | null;
	cost: number | null;
	tokens: number | null;
	parent: string | null;
	updated: number;
};

/** What is known of one opencode: a value, replaced and never changed. */
export type Opencode = {
	readonly sessions: ReadonlyMap<string, Session>;
	/** Sessions that are at work, and how. */
	readonly busy: ReadonlyMap<string, string>;
	readonly asked: ReadonlyMap<string, Attention>;
	/** The session that events were about last, its parent for a helper's. */
	readonly current: string | null;
	/** How the last turn ended; null before the first, and when it was interrupted. */
	readonly ended: {error: string | null} | null;
};

export const emptyOpencode: Opencode = {
	sessions: new Map(),
	busy: new Map(),
	asked: new Map(),
	current: null,
	ended: null,
};

const fields = (value: unknown): Fields =>
	typeof value === 'object' && value !== null ? (value as Fields) : {};
const word = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The model after one event of `GET /event`; pure, and the same model for what says nothing. */
export const applyEvent = (known: Opencode, event: unknown): Opencode => {
	const {type, properties} = fields(event);
	const about = fields(properties);
	const session = word(about['sessionID']) ?? word(fields(about['info'])['id']);
	switch (type) {
		case 'session.created':
		case 'session.updated':
			return {...known, sessions: withSession(known.sessions, about['info'])};
		case 'session.status':
			return session === null ? known : withStatus(known, session, fields(about['status']));
		case 'session.error': {
			const error = fields(about['error']);
			const aborted = error['name'] === 'MessageAbortedError';
			const message = word(fields(error['data'])['message']) ?? word(error['name']);
			return {...known, ended: aborted ? null : {error: plainText(message ?? 'it failed', 400)}};
		}

		case 'permission.asked':
		case 'question.asked':
			return {...known, asked: withAsked(known.asked, about)};
		case 'permission.replied':
		case 'question.replied':
		case 'question.rejected': {
			const asked = new Map(known.asked);
			asked.delete(word(about['requestID']) ?? '');
			return {...known, asked};
		}

		default:
			return known;
	}
};

/** The model as the server's lists tell it, after a connection began (events may have been missed). */
export const fromLists = (
	known: Opencode,
	lists: {
		sessions: unknown;
		status: unknown;
		permissions: unknown;
		questions: unknown;
		since: number;
	},
): Opencode => {
	let next: Opencode = {...known, busy: new Map(), asked: new Map()};
	for (const info of array(lists.sessions)) {
		next = {...next, sessions: withSession(next.sessions, info)};
	}

	for (const [id, status] of Object.entries(fields(lists.status))) {
		next = withStatus(next, id, fields(status));
	}

	for (const asked of [...array(lists.permissions), ...array(lists.questions)]) {
		next = {...next, asked: withAsked(next.asked, fields(asked))};
	}

	if (next.current !== null || next.busy.size > 0) return next;
	// A turn that was over before anybody listened.
	const [last] = [...next.sessions]
		.filter(([, {updated, parent}]) => updated >= lists.since && parent === null)
		.sort(([, a], [, b]) => b.updated - a.updated);
	return last ? {...next, current: last[0], ended: {error: null}} : next;
};

/** What the model says of the agent. */
export const opencodeEvidence = (known: Opencode, at: number): AgentEvidence => {
	const {asked, busy, ended, current, sessions} = known;
	const attention = [...asked.values()][0] ?? null;
	const session = current === null ? undefined : sessions.get(current);
	const retry = [...busy.values()].find(how => how !== 'busy');
	const state = attention ? 'blocked' : busy.size > 0 ? 'working' : ended ? 'done' : 'idle';
	return {
		source: 'api',
		state,
		strength: strength.api,
		at,
		expiresAt: null,
		detail: attention?.text ?? retry ?? (ended?.error ? `failed: ${ended.error}` : state),
		attention:
			attention ??
			(state === 'done' && ended?.error
				? {kind: 'error', text: ended.error, id: null, choices: []}
				: null),
		...(session
			? {
					session: current,
					title: session.title,
					model: session.model,
					usage: {cost: session.cost, tokens: session.tokens},
				}
			: {}),
	};
};

const array = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const withSession = (sessions: Opencode['sessions'], value: unknown): Opencode['sessions'] => {
	const info = fields(value);
	const id = word(info['id']);
	if (id === null) return sessions;
	const tokens = fields(info['tokens']);
	const cache = fields(tokens['cache']);
	const title = word(info['title']);
	const model = fields(info['model']);
	const next = new Map(sessions);
	next.delete(id);
	next.set(id, {
		// Until the model has named it, it is called "New session - TIME".
		title: title === null || title.startsWith('New session - ') ? null : plainText(title, 400),
		model: word(model['id']) ?? word(model['modelID']),
		cost: typeof info['cost'] === 'number' ? info['cost'] : null,
		tokens:
			info['tokens'] === undefined
				? null
				: count(tokens['input']) +
					count(tokens['output']) +
					count(tokens['reasoning']) +
					count(cache['read']) +
					count(cache['write']),
		parent: word(info['parentID']),
		updated: count(fields(info['time'])['updated']),
	});
	for (const old of [...next.keys()].slice(0, Math.max(0, next.size - 200))) next.delete(old);
	return next;
};

const withStatus = (known: Opencode, id: string, status: Fields): Opencode => {
	const busy = new Map(known.busy);
	const current = known.sessions.get(id)?.parent ?? id;
	const type = word(status['type']);
	if (type === 'busy' || type === 'retry') {
		busy.set(
			id,
			type === 'busy' ? 'busy' : plainText(`tries again: ${word(status['message'])}`, 200),
		);
		// The error of an attempt that is tried again is none.
		return {...known, busy, current, ended: {error: null}};
	}

	busy.delete(id);
	return {...known, busy, current};
};

const withAsked = (asked: Opencode['asked'], about: Fields): Opencode['asked'] => {
	const id = word(about['id']);
	if (id === null) return asked;
	const next = new Map(asked);
	next.set(
		id,
		Array.isArray(about['questions'])
			? questionAttention(id, readQuestions(about))
			: permission(id, about),
	);
	return next;
};

const permission = (id: string, about: Fields): Attention => {
	const metadata = fields(about['metadata']);
	const patterns = array(about['patterns']).filter(pattern => typeof pattern === 'string');
	// A person who says "always" must see to what.
	const always = plainText(array(about['always']).join(', '), 180);
	return {
		kind: 'permission',
		id,
		text: describeTool(word(about['permission']) ?? 'a tool', {
			...metadata,
			...(patterns.length > 0 ? {pattern: patterns.join(' ')} : {}),
		}),
		choices: [
			{id: 'once', label: 'Allow once'},
			{id: 'always', label: ['Allow always', always].filter(Boolean).join(': ')},
			{id: 'reject', label: 'Reject'},
		],
	};
};

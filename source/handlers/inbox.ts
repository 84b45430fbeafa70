import type {ActionKind, ActionResult, RemoteAction} from '../protocol/action.ts';
import {plainText} from '../protocol/text.ts';

/** What became of a request, or of several alike; times are milliseconds of the laptop's clock. */
export type InboxEntry = {
	/** The id of the first request of the group. */
	readonly key: string;
	readonly kind: ActionKind;
	/** As it may be shown: one harmless line. */
	readonly text: string;
	readonly agent: string | null;
	readonly cwd: string | null;
	/** `waiting` for the person, `acting`, or `done` with a result. */
	readonly state: 'waiting' | 'acting' | 'done';
	readonly actions: readonly RemoteAction[];
	/** How often it was asked, also beyond the requests that are kept. */
	readonly count: number;
	readonly at: number;
	readonly settledAt: number | null;
	readonly result: ActionResult | null;
};

/** Newest first. Never changed in place. */
export type Inbox = {
	readonly entries: readonly InboxEntry[];
	/** Requests that came too thick, and of which nothing else is known. */
	readonly dropped: number;
};

export const emptyInbox: Inbox = {entries: [], dropped: 0};

const maxEntries = 100;
const maxGroup = 20;

export const isAlike = (entry: InboxEntry, action: RemoteAction): boolean =>
	entry.state !== 'done' &&
	entry.kind === action.kind &&
	entry.agent === action.agent &&
	entry.actions[0]?.argument === action.argument;

/** The entry that a request would join instead of standing alone. */
export const findAlike = (inbox: Inbox, action: RemoteAction): InboxEntry | undefined =>
	inbox.entries.find(entry => isAlike(entry, action));

export const isFull = (inbox: Inbox): boolean =>
	inbox.entries.length >= maxEntries && inbox.entries.every(entry => entry.state !== 'done');

/** Takes a request in, alone or with those alike; the oldest finished entry makes room. */
export const arrive = (
	inbox: Inbox,
	action: RemoteAction,
	state: 'waiting' | 'acting',
	now: number,
): Inbox => {
	const alike = findAlike(inbox, action);
	if (alike) {
		return update(inbox, alike.key, {
			count: alike.count + 1,
			actions: alike.actions.length < maxGroup ? [...alike.actions, action] : alike.actions,
		});
	}

	const entry: InboxEntry = {
		key: action.id,
		kind: action.kind,
		text: plainText(action.argument, 1000),
		agent: action.agent,
		cwd: action.cwd === null ? null : plainText(action.cwd, 1000),
		state,
		actions: [action],
		count: 1,
		at: now,
		settledAt: null,
		result: null,
	};
	return {...inbox, entries: bounded([entry, ...inbox.entries])};
};

const bounded = (entries: InboxEntry[]): InboxEntry[] => {
	if (entries.length <= maxEntries) return entries;
	const last = entries.findLastIndex(entry => entry.state === 'done');
	return entries.toSpliced(last === -1 ? entries.length - 1 : last, 1);
};

export const drop = (inbox: Inbox): Inbox => ({...inbox, dropped: inbox.dropped + 1});

export const begin = (inbox: Inbox, key: string): Inbox => update(inbox, key, {state: 'acting'});

export const settle = (inbox: Inbox, key: string, result: ActionResult, now: number): Inbox =>
	update(inbox, key, {state: 'done', settledAt: now, result});

/** A request was answered without this console: by another one, or by time. */
export const settleElsewhere = (
	inbox: Inbox,
	id: string,
	result: ActionResult | null,
	now: number,
): Inbox => {
	const entry = inbox.entries.find(
		one => one.state === 'waiting' && one.actions.some(action => action.id === id),
	);
	if (entry === undefined) return inbox;
	const actions = entry.actions.filter(action => action.id !== id);
	if (actions.length > 0) return update(inbox, entry.key, {actions});
	return settle(
		inbox,
		entry.key,
		result ?? {outcome: 'opened', message: 'another console took it'},
		now,
	);
};

/** Ends what waits for an agent that is gone, or that the host no longer knows of. */
export const keepOnly = (inbox: Inbox, ids: ReadonlySet<string>, now: number): Inbox => {
	let next = inbox;
	for (const entry of inbox.entries) {
		if (entry.state !== 'waiting') continue;
		for (const action of entry.actions) {
			if (!ids.has(action.id)) {
				next = settleElsewhere(
					next,
					action.id,
					{outcome: 'expired', message: 'it was settled while the link was down'},
					now,
				);
			}
		}
	}

	return next;
};

/** How many wait for the person. */
export const waitingCount = (inbox: Inbox): number =>
	inbox.entries.filter(entry => entry.state === 'waiting').length;

const update = (inbox: Inbox, key: string, change: Partial<InboxEntry>): Inbox => ({
	...inbox,
	entries: inbox.entries.map(entry => (entry.key === key ? {...entry, ...change} : entry)),
});

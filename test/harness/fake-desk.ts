import type {Desk, Lent} from '../../source/handlers/desk.ts';
import {arrive, begin, drop, emptyInbox, settle, type Inbox} from '../../source/handlers/inbox.ts';
import type {ActionKind, ActionResult, RemoteAction} from '../../source/protocol/action.ts';

export type FakeDesk = Desk & {
	/** What was asked of it, in order: `approve r1`, `act web https://…`. */
	calls: string[];
	lent: Lent;
	patch: string | Error;
	result: ActionResult;
	/** A request arrives and waits. */
	ask(id: string, kind: ActionKind, argument: string, agent?: string | null): void;
	settle(id: string, result: ActionResult): void;
	flood(count: number): void;
};

const action = (
	id: string,
	kind: ActionKind,
	argument: string,
	agent: string | null,
): RemoteAction => ({
	id,
	kind,
	argument,
	agent,
	cwd: '/srv/app',
	requestedAt: '2026-11-20T12:00:00.000Z',
	expiresAt: '2026-11-20T12:05:00.000Z',
});

/** A desk whose inbox a test fills, and which remembers what the console does with it. */
export const fakeDesk = (): FakeDesk => {
	let inbox: Inbox = emptyInbox;
	const listeners = new Set<() => void>();
	const calls: string[] = [];
	const set = (next: Inbox) => {
		inbox = next;
		for (const listener of listeners) listener();
	};

	return {
		calls,
		lent: {},
		patch: '',
		result: {outcome: 'opened', message: 'opened it'},
		get inbox() {
			return inbox;
		},
		forwards: [],
		subscribe(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		hear() {},
		linkIsLive() {},
		approve(key) {
			calls.push(`approve ${key}`);
			set(begin(inbox, key));
		},
		deny(key) {
			calls.push(`deny ${key}`);
			set(begin(inbox, key));
		},
		async act({kind, argument, agent}) {
			calls.push(`act ${kind} ${argument} ${agent}`);
			return this.result;
		},
		async diff({agent, path}) {
			calls.push(`diff ${agent} ${path}`);
			if (this.patch instanceof Error) throw this.patch;
			return {path: path ?? '/srv/app', root: '/srv/app', patch: this.patch, isCut: false};
		},
		lend(lent) {
			this.lent = lent;
		},
		close() {},
		ask(id, kind, argument, agent = 'a1') {
			set(arrive(inbox, action(id, kind, argument, agent), 'waiting', Date.now()));
		},
		settle(id, result) {
			set(settle(inbox, id, result, Date.now()));
		},
		flood(count) {
			let next = inbox;
			for (let index = 0; index < count; index++) next = drop(next);
			set(next);
		},
	};
};

import {setMaxListeners} from 'node:events';
import type {Config} from '../config/config.ts';
import {toFleetError} from '../errors.ts';
import type {ActionResult, RemoteAction} from '../protocol/action.ts';
import type {FleetEvent} from '../protocol/event.ts';
import type {ActionCalls} from './action-calls.ts';
import {createAdmission} from '../protocol/admission.ts';
import {
	arrive,
	begin,
	drop,
	emptyInbox,
	findAlike,
	isFull,
	keepOnly,
	settle,
	settleElsewhere,
	type Inbox,
} from './inbox.ts';
import {decide, type Decision} from './policy.ts';
import {retryUntil} from './retry-until.ts';
import {SeenIds} from './seen-ids.ts';

export type OperatorParts = {
	handlers: Config['handlers'];
	calls: ActionCalls;
	/** Does what was asked; never rejects for what is wrong with the request. */
	act(action: RemoteAction): Promise<ActionResult>;
	/** Whether acting would take the person's terminal: then it waits until the person says so. */
	takesTerminal?(action: RemoteAction): boolean;
	/** A host that is gone, or whose agent is gone, needs no ports. */
	onAgentGone?(agent: string): void;
	now?: () => number;
	/** By which the host knows this console, over all its links. */
	consoleId: string;
};

/**
 * The console that acts on requests of one remote: claims, decides, acts, answers; each request at
 * most once, also when the link drops between any two of these.
 */
export class Operator {
	#parts: OperatorParts;
	#now: () => number;
	#console: string;
	#inbox: Inbox = emptyInbox;
	#seen = new SeenIds();
	/** Requests that came with the right to act. */
	#given = new SeenIds();
	#admission = createAdmission();
	#listeners = new Set<() => void>();
	#notifying: NodeJS.Immediate | undefined;
	#ended = new AbortController();
	#live = new EventTarget();

	constructor(parts: OperatorParts) {
		this.#parts = parts;
		this.#now = parts.now ?? Date.now;
		this.#console = parts.consoleId;
		// Each request under way listens to both, and their number is bounded by admission.
		setMaxListeners(0, this.#live, this.#ended.signal);
	}

	get inbox(): Inbox {
		return this.#inbox;
	}

	/** Calls back after changes, once for many of them. Returns the unsubscribe. */
	subscribe(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	hear({event, data}: FleetEvent): void {
		if (event === 'snapshot') {
			this.#set(keepOnly(this.#inbox, new Set(data.actions.map(({id}) => id)), this.#now()));
			for (const action of data.actions) this.#request(action);
		} else if (event === 'action.requested') {
			const {action, claimedBy} = data;
			if (claimedBy === this.#console) this.#given.add(action.id);
			if (claimedBy === null || claimedBy === this.#console) this.#request(action);
		} else if (event === 'action.resolved') {
			this.#set(settleElsewhere(this.#inbox, data.id, data.result, this.#now()));
		} else if (event === 'agent.removed') {
			this.#parts.onAgentGone?.(data.id);
		} else if (event === 'agent.updated' && data.agent.state === 'exited') {
			this.#parts.onAgentGone?.(data.agent.id);
		}
	}

	/** The link works again: what could not be said is said now. */
	linkIsLive(): void {
		this.#live.dispatchEvent(new Event('live'));
	}

	/** The person lets a waiting request through. */
	approve(key: string): void {
		const entry = this.#inbox.entries.find(one => one.key === key && one.state === 'waiting');
		if (entry === undefined) return;
		this.#set(begin(this.#inbox, key));
		void this.#carryOut(key, action => this.#parts.act(action));
	}

	/** The person says no. */
	deny(key: string): void {
		const entry = this.#inbox.entries.find(one => one.key === key && one.state === 'waiting');
		if (entry === undefined) return;
		this.#set(begin(this.#inbox, key));
		void this.#carryOut(key, async () => ({outcome: 'denied', message: 'the operator said no'}));
	}

	close(): void {
		this.#ended.abort();
		clearImmediate(this.#notifying);
		this.#listeners.clear();
	}

	#request(action: RemoteAction): void {
		if (!this.#seen.add(action.id)) return;
		const now = this.#now();
		const alike = findAlike(this.#inbox, action);
		if (!alike && (isFull(this.#inbox) || !this.#admission.admit(action.agent, now))) {
			this.#set(drop(this.#inbox));
			return;
		}

		if (alike) {
			this.#set(arrive(this.#inbox, action, 'waiting', now));
			return;
		}

		const decision = this.#decide(action);
		const waits = decision.verdict === 'ask';
		this.#set(arrive(this.#inbox, action, waits ? 'waiting' : 'acting', now));
		if (waits) return;
		void this.#carryOut(action.id, async one =>
			decision.verdict === 'allow'
				? this.#parts.act(one)
				: {outcome: 'denied', message: decision.reason},
		);
	}

	#decide(action: RemoteAction): Decision {
		const decision = decide(action, this.#parts.handlers);
		return decision.verdict === 'allow' && this.#parts.takesTerminal?.(action)
			? {verdict: 'ask'}
			: decision;
	}

	/** Claims the first of a group that is still to be had, does it once, and answers them all. */
	async #carryOut(
		key: string,
		work: (action: RemoteAction) => Promise<ActionResult>,
	): Promise<void> {
		let result: ActionResult | undefined;
		const answered = new Set<string>();
		for (;;) {
			// Requests alike may still arrive while the first is carried out.
			const entry = this.#inbox.entries.find(one => one.key === key);
			const action = entry?.actions.find(one => !answered.has(one.id));
			if (action === undefined) break;
			answered.add(action.id);
			if (!(await this.#claim(action))) continue;
			result ??= await this.#attempt(action, work);
			void this.#report(action, result);
		}

		if (this.#ended.signal.aborted) return;
		this.#set(
			settle(
				this.#inbox,
				key,
				result ?? {outcome: 'expired', message: 'another console took it, or it was too late'},
				this.#now(),
			),
		);
	}

	async #attempt(
		action: RemoteAction,
		work: (action: RemoteAction) => Promise<ActionResult>,
	): Promise<ActionResult> {
		try {
			return await work(action);
		} catch (error) {
			return {outcome: 'failed', message: toFleetError(error).message};
		}
	}

	async #claim(action: RemoteAction): Promise<boolean> {
		if (this.#given.has(action.id)) return true;
		const claimed = await retryUntil(
			signal => this.#parts.calls.claim(action.id, this.#console, signal),
			this.#retrying(action),
		);
		return claimed ?? false;
	}

	async #report(action: RemoteAction, result: ActionResult): Promise<void> {
		await retryUntil(
			signal => this.#parts.calls.report(action.id, this.#console, result, signal),
			this.#retrying(action),
		);
	}

	/** By the time that the host grants, counted from now: the two clocks need not agree. */
	#retrying({requestedAt, expiresAt}: RemoteAction) {
		const granted = Date.parse(expiresAt) - Date.parse(requestedAt);
		const ms = Number.isFinite(granted) ? Math.min(Math.max(granted, 1000), 3_600_000) : 60_000;
		return {signal: this.#ended.signal, withinMs: ms, wake: this.#live};
	}

	#set(inbox: Inbox): void {
		if (inbox === this.#inbox) return;
		this.#inbox = inbox;
		this.#notifying ??= setImmediate(() => {
			this.#notifying = undefined;
			for (const listener of this.#listeners) listener();
		});
	}
}

import {randomBytes} from 'node:crypto';
import {EventEmitter} from 'node:events';
import {FleetError} from '../../errors.ts';
import type {ActionKind, ActionResult, RemoteAction} from '../../protocol/action.ts';
import {createAdmission} from '../../protocol/admission.ts';
import type {EventName} from '../../protocol/event.ts';
import type {Journal, JournalEvent} from '../journal/journal.ts';
import type {Database} from '../state/database.ts';
import {
	forgetAction,
	loadActions,
	rewriteActions,
	saveAction,
	type KeptAction,
} from './action-table.ts';

export type ActionRequest = {
	kind: ActionKind;
	argument: string;
	agent: string | null;
	cwd: string | null;
	expiresInMs: number;
};

export type ActionsParts = {
	database: Database;
	journal: Journal;
	publish: (event: JournalEvent) => void;
	/** Whether any console hears of requests now. */
	isAttended: () => boolean;
	/** The console that has each new request of a kind as soon as it is made; null: whoever claims it. */
	actor?: (kind: ActionKind) => string | null;
	now?: () => number;
};

/** Whoever asked has this long to fetch the answer. */
const keepMs = 15 * 60_000;
const maxKept = 1000;
const maxWaiting = 200;
/** No console can be called so. */
const unnamed = '';

/**
 * What agents ask of the operator's laptop. Each request is claimed by one console at most and
 * answered once: by that console, or by time.
 */
export class Actions {
	#parts: ActionsParts;
	#now: () => number;
	#kept = new Map<string, KeptAction>();
	#admission = createAdmission();
	#settled = new EventEmitter();
	#timer: NodeJS.Timeout | undefined;

	constructor(parts: ActionsParts) {
		this.#parts = parts;
		this.#now = parts.now ?? Date.now;
		this.#settled.setMaxListeners(0);
		for (const kept of loadActions(parts.database)) this.#kept.set(kept.action.id, kept);
		parts.database.onRecover(handle => {
			rewriteActions(handle, this.#kept.values());
			return () => {};
		});
		this.#expire();
	}

	/** Those that no console has taken. */
	get waiting(): RemoteAction[] {
		return [...this.#kept.values()].filter(isWaiting).map(({action}) => action);
	}

	/**
	 * Takes a request in; one that the same agent makes already is joined. Throws `denied` when there
	 * are too many.
	 */
	request({kind, argument, agent, cwd, expiresInMs}: ActionRequest): RemoteAction {
		const now = this.#now();
		let waiting = 0;
		for (const {action, ...kept} of this.#kept.values()) {
			if (!isWaiting(kept)) continue;
			waiting++;
			if (action.kind === kind && action.argument === argument && action.agent === agent) {
				return action;
			}
		}

		if (waiting >= maxWaiting || !this.#admission.admit(agent, now)) {
			throw new FleetError('denied', 'too many requests in a short time', {
				hint: 'Ask again in a few seconds.',
			});
		}

		const action: RemoteAction = {
			id: randomBytes(10).toString('hex'),
			kind,
			argument,
			agent,
			cwd,
			requestedAt: new Date(now).toISOString(),
			expiresAt: new Date(now + expiresInMs).toISOString(),
		};
		const kept: KeptAction = {
			action,
			claimedBy: this.#parts.actor?.(kind) ?? null,
			result: null,
			expiresAt: now + expiresInMs,
			settledAt: null,
		};
		this.#kept.set(action.id, kept);
		this.#record('action.requested', {action, claimedBy: kept.claimedBy}, kept);
		this.#prune();
		this.#schedule();
		return action;
	}

	/** Throws `no-such-action`. */
	find(id: string): KeptAction {
		const kept = this.#kept.get(id);
		if (kept !== undefined) return kept;
		throw new FleetError('no-such-action', `there is no request ${id.slice(0, 64)}`);
	}

	/**
	 * The right to act, for one console; the same one may ask again, because it may not have heard the
	 * answer. Throws `conflict` when another has it, or it is over.
	 */
	claim(id: string, console?: string): RemoteAction {
		const kept = this.find(id);
		if (kept.result !== null) {
			throw new FleetError('conflict', `this request is over: ${kept.result.outcome}`);
		}

		if (console !== undefined && kept.claimedBy === console) return kept.action;
		if (kept.claimedBy !== null) {
			throw new FleetError('conflict', 'another console acts on this request');
		}

		this.#change(kept, {claimedBy: console ?? unnamed});
		return kept.action;
	}

	/** The answer of the console that claimed; its repetition is heard and changes nothing. */
	answer(id: string, console: string | undefined, result: ActionResult): void {
		const kept = this.find(id);
		if (kept.claimedBy !== (console ?? unnamed)) {
			throw new FleetError('conflict', 'this console has not claimed the request');
		}

		if (kept.result === null) this.#settle(kept, result);
	}

	/** The result, or null when there is none until the signal aborts. */
	async wait(id: string, signal: AbortSignal): Promise<ActionResult | null> {
		const {result} = this.find(id);
		if (result !== null || signal.aborted) return result;
		return new Promise(resolve => {
			const done = () => {
				this.#settled.off(id, done);
				signal.removeEventListener('abort', done);
				resolve(this.#kept.get(id)?.result ?? null);
			};
			this.#settled.once(id, done);
			signal.addEventListener('abort', done, {once: true});
		});
	}

	close(): void {
		clearTimeout(this.#timer);
		for (const id of this.#settled.eventNames()) this.#settled.emit(id);
	}

	#settle(kept: KeptAction, result: ActionResult): void {
		this.#change(kept, {result, settledAt: this.#now()});
		this.#settled.emit(kept.action.id);
	}

	#change(kept: KeptAction, change: Partial<KeptAction>): void {
		const changed = {...kept, ...change};
		this.#kept.set(kept.action.id, changed);
		this.#record('action.resolved', {id: kept.action.id, result: changed.result}, changed);
	}

	#record(event: EventName, data: unknown, kept: KeptAction): void {
		const {journal, publish} = this.#parts;
		publish(journal.append(event, JSON.stringify(data), handle => saveAction(handle, kept)));
	}

	#expire(): void {
		const now = this.#now();
		for (const kept of this.#kept.values()) {
			if (kept.result !== null || kept.expiresAt > now) continue;
			this.#settle(kept, {outcome: 'expired', message: this.#whyExpired(kept)});
		}

		this.#prune();
		this.#schedule();
	}

	#whyExpired({claimedBy, action}: KeptAction): string {
		const granted = Math.round(
			(Date.parse(action.expiresAt) - Date.parse(action.requestedAt)) / 1000,
		);
		if (claimedBy !== null) return `the console that took it did not answer within ${granted} s`;
		return this.#parts.isAttended()
			? `nobody answered within ${granted} s`
			: `no console attended this host for ${granted} s`;
	}

	#schedule(): void {
		clearTimeout(this.#timer);
		const next = Math.min(
			...[...this.#kept.values()]
				.filter(({result}) => result === null)
				.map(({expiresAt}) => expiresAt),
		);
		if (!Number.isFinite(next)) return;
		this.#timer = setTimeout(() => this.#expire(), Math.max(0, next - this.#now()) + 1);
		this.#timer.unref();
	}

	#prune(): void {
		const before = this.#now() - keepMs;
		const over = [...this.#kept.values()].filter(({settledAt}) => settledAt !== null);
		const surplus = this.#kept.size - maxKept;
		const gone = over.filter(({settledAt}, index) => settledAt! < before || index < surplus);
		if (gone.length === 0) return;
		for (const {action} of gone) this.#kept.delete(action.id);
		this.#parts.database.write(handle => {
			for (const {action} of gone) forgetAction(handle, action.id);
		});
	}
}

const isWaiting = ({claimedBy, result}: Pick<KeptAction, 'claimedBy' | 'result'>): boolean =>
	claimedBy === null && result === null;

import type {ServerResponse} from 'node:http';
import type {EventName} from '../../protocol/event.ts';
import type {Journal, JournalEvent} from '../journal/journal.ts';
import {formatRecord} from './format-record.ts';

const pageEvents = 500;
/** The contract promises a sign of life every 5 s. */
const heartbeatMs = 4000;
/** A subscriber that takes nothing for this long is gone. */
const stuckMs = 15_000;
const heartbeat = ':\n\n';

/** A console that would act at once on requests of these kinds, under this name. */
export type Actor = {console: string; kinds: readonly string[]};

type Subscriber = {
	response: ServerResponse;
	actor: Actor | undefined;
	/** The last event that was written to it. */
	cursor: string;
	/** Set while its buffer is full or it replays; what it misses it reads from the journal. */
	behindSince: number | undefined;
	/** What it is told beside the journal as soon as it is not behind any more, by what that is about. */
	missed: Map<string, string>;
};

/** For those who are behind: of all that is announced about one thing they hear this once, and later. */
export type Instead = {about: string; data: unknown};

export type HubSource = {
	journal: Journal;
	snapshot(): unknown;
	stats(): Promise<unknown>;
};

/**
 * Hands events to those who subscribe. Nobody has a queue: whoever falls behind reads on from the
 * journal when it can take more, so a subscriber that does not read costs nothing, and is dropped.
 */
export class Hub {
	#source: HubSource;
	#subscribers = new Set<Subscriber>();
	#batch: JournalEvent[] = [];
	#flushing: NodeJS.Immediate | undefined;
	#timer: NodeJS.Timeout | undefined;

	constructor(source: HubSource) {
		this.#source = source;
	}

	get size(): number {
		return this.#subscribers.size;
	}

	/**
	 * The only console that acts here, where it would act at once on such a request and reads what is
	 * written to it: it need not ask for what nobody else could take. Null where there are several.
	 */
	actor(kind: string): string | null {
		const acting = [...this.#subscribers].filter(({actor}) => actor !== undefined);
		const [first] = acting;
		if (new Set(acting.map(({actor}) => actor!.console)).size !== 1) return null;
		const isReading = acting.some(({behindSince}) => behindSince === undefined);
		return isReading && first!.actor!.kinds.includes(kind) ? first!.actor!.console : null;
	}

	/** An event that is journalled already. What comes in one turn of the loop leaves in one write. */
	publish(event: JournalEvent): void {
		if (this.#subscribers.size === 0) return;
		this.#batch.push(event);
		this.#flushing ??= setImmediate(() => this.#flush());
	}

	/** What is only true now: no id, not replayed, and nothing but `instead` for whoever is behind. */
	announce(event: EventName, data: unknown, instead?: Instead): void {
		this.#flush();
		const record = (of: unknown) => formatRecord({event, data: JSON.stringify(of)});
		if (instead !== undefined) {
			for (const {behindSince, missed} of this.#subscribers) {
				if (behindSince !== undefined) missed.set(instead.about, record(instead.data));
			}
		}

		this.#writeToCurrent(record(data));
	}

	/** Replays what `since` does not know yet (a snapshot where it cannot be told) and goes on live. */
	subscribe(response: ServerResponse, since: string | undefined, actor?: Actor): void {
		const subscriber: Subscriber = {
			response,
			actor,
			cursor: since ?? '',
			behindSince: Date.now(),
			missed: new Map(),
		};
		this.#subscribers.add(subscriber);
		this.#timer ??= setInterval(() => this.#beat(), heartbeatMs);
		response.on('close', () => this.#drop(subscriber));
		response.on('drain', () => this.#catchUp(subscriber));
		if (since === undefined || this.#source.journal.after(since, 1) === undefined) {
			this.#writeSnapshot(subscriber);
		}

		this.#catchUp(subscriber);
		this.#source.stats().then(
			stats => {
				if (subscriber.behindSince !== undefined || !this.#subscribers.has(subscriber)) return;
				this.#write(subscriber, formatRecord({event: 'host.stats', data: JSON.stringify(stats)}));
			},
			() => {},
		);
	}

	/** Ends every stream after what is written to it. */
	close(): void {
		this.#flush();
		for (const {response} of this.#subscribers) response.end();
		this.#subscribers.clear();
		this.#stopTimer();
	}

	#flush(): void {
		clearImmediate(this.#flushing);
		this.#flushing = undefined;
		const last = this.#batch.at(-1);
		if (last === undefined) return;
		const records = this.#batch.map(formatRecord).join('');
		this.#batch = [];
		this.#writeToCurrent(records, last.id);
	}

	#writeToCurrent(records: string, cursor?: string): void {
		// Encoded once, however many read it.
		const bytes = Buffer.from(records);
		for (const subscriber of this.#subscribers) {
			if (subscriber.behindSince !== undefined) continue;
			if (cursor !== undefined) subscriber.cursor = cursor;
			this.#write(subscriber, bytes);
		}
	}

	#writeSnapshot(subscriber: Subscriber): void {
		const id = this.#source.journal.lastId;
		subscriber.cursor = id;
		this.#write(
			subscriber,
			formatRecord({id, event: 'snapshot', data: JSON.stringify(this.#source.snapshot())}),
		);
	}

	// Joins the live ones only when it has read to the journal's end in the same turn: no gap, and
	// what waits to be flushed has been read already, so it is flushed to the others first.
	#catchUp(subscriber: Subscriber): void {
		const {response} = subscriber;
		if (response.destroyed || subscriber.behindSince === undefined) return;
		subscriber.behindSince = Date.now();
		while (!response.writableNeedDrain) {
			const page = this.#source.journal.after(subscriber.cursor, pageEvents);
			if (page === undefined) {
				// The journal has moved past it: it has to come again and take a snapshot.
				response.destroy();
				return;
			}

			const last = page.at(-1);
			if (last === undefined) {
				this.#flush();
				subscriber.behindSince = undefined;
				const missed = [...subscriber.missed.values()].join('');
				subscriber.missed.clear();
				if (missed !== '') this.#write(subscriber, missed);
				return;
			}

			subscriber.cursor = last.id;
			response.write(page.map(formatRecord).join(''));
		}
	}

	#write(subscriber: Subscriber, bytes: string | Buffer): void {
		if (!subscriber.response.write(bytes)) subscriber.behindSince = Date.now();
	}

	#beat(): void {
		const now = Date.now();
		for (const subscriber of this.#subscribers) {
			if (subscriber.behindSince === undefined) this.#write(subscriber, heartbeat);
			else if (now - subscriber.behindSince > stuckMs) subscriber.response.destroy();
		}
	}

	#drop(subscriber: Subscriber): void {
		this.#subscribers.delete(subscriber);
		if (this.#subscribers.size === 0) this.#stopTimer();
	}

	#stopTimer(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}
}

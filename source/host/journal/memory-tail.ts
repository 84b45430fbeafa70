import {formatEventId, type EventName} from '../../protocol/event.ts';
import type {JournalEvent} from './journal.ts';

const mostEvents = 10_000;
const mostBytes = 16 * 1024 * 1024;

/** The newest events of an epoch that no disk holds. */
export class MemoryTail {
	readonly epoch: string;
	#events: JournalEvent[] = [];
	/** The sequence of the last event that was let go. */
	#dropped = 0;
	#bytes = 0;

	constructor(epoch: string) {
		this.epoch = epoch;
	}

	get lastId(): string {
		return formatEventId(this.epoch, this.#last);
	}

	append(event: EventName, data: string): JournalEvent {
		const entry = {id: formatEventId(this.epoch, this.#last + 1), event, data};
		this.#events.push(entry);
		this.#bytes += data.length;
		if (this.#events.length > mostEvents || this.#bytes > mostBytes) this.#drop();
		return entry;
	}

	after(sequence: number, limit: number): JournalEvent[] | undefined {
		if (sequence < this.#dropped || sequence > this.#last) return undefined;
		const from = sequence - this.#dropped;
		return this.#events.slice(from, from + limit);
	}

	get #last(): number {
		return this.#dropped + this.#events.length;
	}

	#drop(): void {
		const gone = this.#events.splice(0, Math.ceil(this.#events.length / 4));
		this.#dropped += gone.length;
		for (const {data} of gone) this.#bytes -= data.length;
	}
}

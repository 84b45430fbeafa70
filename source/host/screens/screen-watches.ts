import type {ServerResponse} from 'node:http';
import {formatRecord} from '../events/format-record.ts';
import type {Runtime, Screen, ScreenRequest} from '../runtimes/runtime.ts';

/** While it changes; a person sees no more. */
const fastestMs = 100;
const slowestMs = 1000;
const heartbeatMs = 4000;
const stuckMs = 15_000;

type Watcher = {response: ServerResponse; fullSince: number | undefined};

type Watch = {
	id: string;
	request: ScreenRequest;
	watchers: Set<Watcher>;
	timer: NodeJS.Timeout | undefined;
	delayMs: number;
	/** The record that everybody has; empty before the first capture. */
	record: string;
	heardAt: number;
};

/** Screens that somebody watches: one capture for all who watch the same, none while nobody does. */
export class ScreenWatches {
	#runtime: Runtime;
	#watches = new Map<string, Watch>();

	constructor(runtime: Runtime) {
		this.#runtime = runtime;
	}

	/** Streams the screen: now, and at each change. Rejects while nothing is sent yet. */
	async watch(id: string, request: ScreenRequest, response: ServerResponse): Promise<void> {
		const record = recordOf(await this.#runtime.screen(id, request));
		if (response.destroyed) return;
		response.writeHead(200, {'content-type': 'text/event-stream', 'cache-control': 'no-store'});
		const key = `${id} ${request.ansi} ${request.history}`;
		const watch = this.#watches.get(key) ?? {
			id,
			request,
			watchers: new Set(),
			timer: undefined,
			delayMs: fastestMs,
			record,
			heardAt: Date.now(),
		};
		this.#watches.set(key, watch);
		const watcher: Watcher = {response, fullSince: undefined};
		watch.watchers.add(watcher);
		response.on('drain', () => {
			watcher.fullSince = undefined;
			// What it missed is not repeated: it gets the screen as it is now.
			write(watcher, watch.record);
		});
		response.on('close', () => {
			watch.watchers.delete(watcher);
			if (watch.watchers.size > 0) return;
			clearTimeout(watch.timer);
			if (this.#watches.get(key) === watch) this.#watches.delete(key);
		});
		write(watcher, record);
		if (watch.record !== record) this.#send(watch, record);
		this.#schedule(watch, fastestMs);
	}

	/** Something happens on the agent's terminal: look soon. */
	stir(id: string): void {
		for (const watch of this.#watches.values()) {
			if (watch.id === id && watch.delayMs > fastestMs) this.#schedule(watch, 20);
		}
	}

	close(): void {
		for (const watch of this.#watches.values()) {
			clearTimeout(watch.timer);
			for (const {response} of watch.watchers) response.end();
		}

		this.#watches.clear();
	}

	#schedule(watch: Watch, delayMs: number): void {
		clearTimeout(watch.timer);
		watch.delayMs = Math.max(delayMs, fastestMs);
		watch.timer = setTimeout(() => void this.#look(watch), delayMs);
	}

	async #look(watch: Watch): Promise<void> {
		let record: string;
		try {
			record = recordOf(await this.#runtime.screen(watch.id, watch.request));
		} catch {
			// The terminal is gone; whoever still wants to know asks again and is told so.
			for (const {response} of watch.watchers) response.end();
			return;
		}

		if (watch.watchers.size === 0) return;
		const changed = record !== watch.record;
		if (changed) this.#send(watch, record);
		else this.#beat(watch);
		this.#schedule(watch, changed ? fastestMs : Math.min(watch.delayMs * 1.5, slowestMs));
	}

	#send(watch: Watch, record: string): void {
		watch.record = record;
		watch.heardAt = Date.now();
		for (const watcher of watch.watchers) write(watcher, record);
	}

	#beat(watch: Watch): void {
		const now = Date.now();
		if (now - watch.heardAt < heartbeatMs) return;
		watch.heardAt = now;
		for (const watcher of watch.watchers) write(watcher, ':\n\n');
	}
}

const write = (watcher: Watcher, record: string): void => {
	const {response, fullSince} = watcher;
	if (response.destroyed) return;
	if (fullSince === undefined) {
		if (!response.write(record)) watcher.fullSince = Date.now();
	} else if (Date.now() - fullSince > stuckMs) {
		response.destroy();
	}
};

const recordOf = (screen: Screen): string =>
	formatRecord({event: 'screen', data: JSON.stringify(screen)});

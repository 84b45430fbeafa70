import {Worker} from 'node:worker_threads';
import type {BytePath} from '../path.ts';
import type {SharedSettings} from '../settings.ts';

/** Folders in which something may have changed; `rescan`: anywhere, it cannot be told where. */
export type WatchChange = {folders: BytePath[]; rescan: boolean};

export type WatchMode = {mode: 'events'} | {mode: 'poll'; reason: string};

export type RootWatch = {
	/** How changes come to be known: by events, or not at all, so that whoever asks must look. */
	readonly ready: Promise<WatchMode>;
	/** False when the thread ended: watch anew. */
	readonly isOpen: boolean;
	close(): Promise<void>;
};

export type WatchOptions = {
	root: BytePath;
	settings: SharedSettings;
	onChange: (change: WatchChange) => void;
};

export type WatcherMessage = {ready: WatchMode} | {change: WatchChange};

// It holds much, and makes little.
const resourceLimits = {maxYoungGenerationSizeMb: 6};

const program = (): URL =>
	import.meta.url.endsWith('.ts')
		? new URL('watcher.ts', import.meta.url)
		: new URL('sync-watcher.js', import.meta.url);

/**
 * Watches a tree in a thread of its own, so that nothing which keeps the caller busy loses
 * events. What it tells are hints: where something may have changed.
 */
export const watchRoot = ({root, settings, onChange}: WatchOptions): RootWatch => {
	const {promise: ready, resolve} = Promise.withResolvers<WatchMode>();
	let isOpen = true;
	let isTelling = false;
	const worker = new Worker(program(), {
		workerData: {root, settings},
		resourceLimits,
	});
	worker.unref();
	const end = (reason: string) => {
		if (!isOpen) return;
		isOpen = false;
		resolve({mode: 'poll', reason});
		// Whoever never had events misses none: one that cannot begin would be begun again and again.
		if (isTelling) onChange({folders: [], rescan: true});
	};

	worker.on('message', (message: WatcherMessage) => {
		if ('ready' in message) {
			isTelling = message.ready.mode === 'events';
			resolve(message.ready);
		} else onChange(message.change);
	});
	worker.on('error', error => end(error.message));
	worker.on('exit', () => end('the watcher ended'));
	return {
		ready,
		get isOpen() {
			return isOpen;
		},
		async close() {
			isOpen = false;
			await worker.terminate();
		},
	};
};

import {readFileSync} from 'node:fs';
import process from 'node:process';
import {parentPort, workerData} from 'node:worker_threads';
import {createMatcher} from '../matcher.ts';
import type {BytePath} from '../path.ts';
import type {SharedSettings} from '../settings.ts';
import {createFolderWatches} from './folder-watches.ts';
import type {WatcherMessage} from './watch-root.ts';

const port = parentPort!;
const {root, settings} = workerData as {root: BytePath; settings: SharedSettings};
const say = (message: WatcherMessage) => port.postMessage(message);

// Long enough for an editor's save (temporary file, rename) to be one change.
const quietMs = 4;
const longestMs = 50;
// More than this at once is a checkout or an unpacking: one scan of it all costs less.
const burst = 2000;
// The kernel drops what its queue cannot hold, and Node does not say so. All that waits is read in
// one go, so a queue that was full shows by its length: of the events some are for closed watches.
const manyEvents = queueLength() / 2;

/** The most events that wait for one reader: inotify(7); elsewhere a number like it. */
function queueLength(): number {
	try {
		return Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
	} catch {
		return 16_384;
	}
}

const dirty = new Set<BytePath>();
let rescan = false;
let events = 0;
let timer: NodeJS.Timeout | undefined;
let firstAt = 0;

const flush = () => {
	timer = undefined;
	const change = {folders: rescan ? [] : [...dirty], rescan};
	dirty.clear();
	rescan = false;
	events = 0;
	say({change});
};

const schedule = () => {
	const now = performance.now();
	if (timer === undefined) firstAt = now;
	clearTimeout(timer);
	timer = setTimeout(flush, Math.max(0, Math.min(quietMs, firstAt + longestMs - now)));
};

const watches = createFolderWatches({
	root,
	matcher: createMatcher(settings),
	onFolder(folder) {
		dirty.add(folder);
		if (dirty.size > burst || ++events > manyEvents) rescan = true;
		schedule();
	},
	onGap() {
		rescan = true;
		schedule();
	},
	// Whoever watches hears that this thread ended, looks at it all, and watches what is there then.
	onEnd: () => process.exit(),
});

say({ready: await watches.open()});

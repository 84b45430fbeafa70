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
// The kernel's queue may have overflowed while nobody read it, and Node does not say so.
const lagMs = 500;
const tickMs = 200;

const dirty = new Set<BytePath>();
let rescan = false;
let timer: NodeJS.Timeout | undefined;
let firstAt = 0;

const flush = () => {
	timer = undefined;
	const change = {folders: rescan ? [] : [...dirty], rescan};
	dirty.clear();
	rescan = false;
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
		if (dirty.size > burst) rescan = true;
		schedule();
	},
	onGap() {
		rescan = true;
		schedule();
	},
});

let lastTick = performance.now();
setInterval(() => {
	const now = performance.now();
	if (now - lastTick > tickMs + lagMs) {
		rescan = true;
		schedule();
	}

	lastTick = now;
}, tickMs);

say({ready: await watches.open()});

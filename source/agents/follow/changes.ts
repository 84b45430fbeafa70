import {watch, type FSWatcher} from 'node:fs';

/** A folder or file that is not there yet, or that the kernel will not watch, is looked at so often. */
const unwatchedMs = 500;

/**
 * Looks at once, then whenever a file or folder may have changed, and every `everyMs` besides (a
 * watch can miss one). Resolves with the signal. Changes during a look make one more look.
 */
export const onChange = async (
	target: string,
	look: () => Promise<void>,
	{everyMs, signal}: {everyMs: number; signal: AbortSignal},
): Promise<void> => {
	let watcher: FSWatcher | undefined;
	let changed = false;
	let wake = () => {};
	const stir = () => {
		changed = true;
		wake();
	};
	const unwatch = () => {
		watcher?.close();
		watcher = undefined;
	};
	signal.addEventListener('abort', stir);
	try {
		while (!signal.aborted) {
			watcher ??= watchQuietly(target, stir, () => {
				unwatch();
				stir();
			});
			changed = false;
			await look();
			if (changed || signal.aborted) continue;
			await new Promise<void>(resolve => {
				const timer = setTimeout(resolve, watcher ? everyMs : Math.min(everyMs, unwatchedMs));
				timer.unref();
				wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	} finally {
		signal.removeEventListener('abort', stir);
		unwatch();
	}
};

const watchQuietly = (
	target: string,
	changed: () => void,
	lost: () => void,
): FSWatcher | undefined => {
	try {
		return (
			watch(target, {persistent: false}, (event, name) => {
				changed();
				// A file that was replaced keeps the old one's watch.
				if (event === 'rename' && name !== null && target.endsWith(`/${name}`)) lost();
			})
				// A folder that goes away, or the last inotify watch of the system.
				.on('error', lost)
		);
	} catch {
		return undefined;
	}
};

import {Worker} from 'node:worker_threads';
import {startHeapsSmall} from '../small-heaps.ts';
import type {LocalEndpointOptions} from './local-endpoint.ts';

/** What a thread is told first. */
export type ThreadOptions = Pick<
	LocalEndpointOptions,
	'side' | 'root' | 'settings' | 'stateFolder'
>;

// What a scan makes is soon of no use: a larger space for new objects only holds more of it.
const resourceLimits = {maxYoungGenerationSizeMb: 12};

/** The thread's program: beside this file, or beside the bundle that this file became part of. */
const program = (): URL =>
	import.meta.url.endsWith('.ts')
		? new URL('worker.ts', import.meta.url)
		: new URL('sync-worker.js', import.meta.url);

let spare: Worker | undefined;

/** Boots the next thread ahead, while whoever will need it still finds out for which rule. */
export const prepareThread = (): void => {
	spare ??= boot();
};

/** A thread for one side of one rule; it keeps no process alive. */
export const startThread = (options: ThreadOptions): Worker => {
	const thread = spare ?? boot();
	spare = undefined;
	thread.postMessage(options);
	return thread;
};

const boot = (): Worker => {
	startHeapsSmall();
	const thread = new Worker(program(), {resourceLimits});
	thread.unref();
	return thread;
};

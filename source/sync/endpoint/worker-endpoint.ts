import type {Worker} from 'node:worker_threads';
import {FleetError, type ErrorCode} from '../../errors.ts';
import {tightenHeaps} from '../small-heaps.ts';
import type {TreeEndpoint} from './endpoint.ts';
import type {ScanProgress} from './scan/walk.ts';
import {startThread, type ThreadOptions} from './sync-thread.ts';

export type WorkerCall = {id: number; name: keyof TreeEndpoint; argument: unknown};
export type WorkerMessage = {id: number} & (
	| {value: unknown}
	| {progress: Parameters<ScanProgress>[0]}
	| {error: {code: ErrorCode; message: string; hint: string | undefined}}
);

type Waiting = {
	resolve: (value: never) => void;
	reject: (error: Error) => void;
	onProgress: ScanProgress | undefined;
};

const closeTimeoutMs = 1000;

/** One side of one rule on this machine, in a thread of its own. `close` ends the thread. */
export const createWorkerEndpoint = (options: ThreadOptions): TreeEndpoint => {
	let worker: Worker | undefined;
	let counter = 0;
	const waiting = new Map<number, Waiting>();

	const fail = (error: FleetError) => {
		worker = undefined;
		for (const {reject} of waiting.values()) reject(error);
		waiting.clear();
	};

	const start = (): Worker => {
		const started = startThread(options);
		started.on('message', (message: WorkerMessage) => {
			const caller = waiting.get(message.id);
			tightenHeaps();
			if (caller === undefined) return;
			if ('progress' in message) {
				caller.onProgress?.(message.progress);
				return;
			}

			waiting.delete(message.id);
			if (waiting.size === 0) started.unref();
			if ('error' in message) {
				const {code, message: text, hint} = message.error;
				caller.reject(new FleetError(code, text, {hint}));
			} else caller.resolve(message.value as never);
		});
		started.on('error', error => {
			if (worker === started) fail(new FleetError('failed', error.message, {cause: error}));
		});
		started.on('exit', () => {
			if (worker === started) fail(new FleetError('failed', 'the sync thread ended'));
		});
		return started;
	};

	const call = <T>(
		name: keyof TreeEndpoint,
		argument: unknown,
		onProgress?: ScanProgress,
	): Promise<T> => {
		worker ??= start();
		worker.ref();
		const id = counter++;
		return new Promise<T>((resolve, reject) => {
			waiting.set(id, {resolve, reject, onProgress});
			worker!.postMessage({id, name, argument} satisfies WorkerCall);
		});
	};

	// It is on its way while the caller still reaches for the host.
	worker = start();
	return {
		open: argument => call('open', argument),
		scan: (argument, onProgress) => call('scan', argument, onProgress),
		changes: argument => call('changes', argument),
		read: argument => call('read', argument),
		readPart: argument => call('readPart', argument),
		stagePart: argument => call('stagePart', argument),
		stageFolder: argument => call('stageFolder', argument),
		commit: argument => call('commit', argument),
		differing: argument => call('differing', argument),
		measure: argument => call('measure', argument),
		done: argument => call('done', argument),
		settle: argument => call('settle', argument),
		async close() {
			const ending = worker;
			if (ending === undefined) return;
			const closed = call('close', undefined).catch(() => {});
			const late = setTimeout(
				() => fail(new FleetError('failed', 'the sync thread did not end')),
				closeTimeoutMs,
			);
			await closed;
			clearTimeout(late);
			worker = undefined;
			await ending.terminate();
		},
	};
};

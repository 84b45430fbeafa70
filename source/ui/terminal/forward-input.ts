import {Buffer} from 'node:buffer';
import type {Writable} from 'node:stream';
import type {DetachKey} from './detach-key.ts';

export type InputForwarding = {
	/** Where what is typed goes from now on; undefined: nowhere, it is dropped. `onSent` gets bytes as latin1. */
	to(sink: Writable | undefined, onSent?: (bytes: string) => void): void;
	close(): void;
};

/** A key that a slow link has cut in two comes together within this. */
const tailMs = 30;

/** What is typed before the agent is joined for the first time, at most. */
const earlyBytes = 64 * 1024;

/**
 * Reads the keys with `readable` and `read()`, as Ink does. A `data` listener would make stdin
 * flow, and stopping that again leaves Ink deaf.
 */
export const forwardInput = (
	stdin: NodeJS.ReadStream,
	{
		key,
		onDetach,
		onDropped,
		holdsEarly = false,
	}: {key: DetachKey; onDetach(): void; onDropped(): void; holdsEarly?: boolean},
): InputForwarding => {
	let sink: Writable | undefined;
	let tell: ((bytes: string) => void) | undefined;
	// Who presses Enter on an agent types on at once; that reaches the agent when it is joined.
	let early: string | undefined = holdsEarly ? '' : undefined;
	let isDetached = false;
	let tail = '';
	let tailTimer: NodeJS.Timeout | undefined;

	const send = (bytes: string) => {
		if (bytes === '') return;
		if (sink?.writable) {
			sink.write(Buffer.from(bytes, 'latin1'));
			tell?.(bytes);
		} else if (early !== undefined && early.length + bytes.length <= earlyBytes) early += bytes;
		else onDropped();
	};

	const take = (bytes: string) => {
		clearTimeout(tailTimer);
		const typed = tail + bytes;
		tail = '';
		const index = key.indexIn(typed);
		if (index !== -1) {
			send(typed.slice(0, index));
			isDetached = true;
			return onDetach();
		}

		const pending = key.pendingIn(typed);
		send(typed.slice(0, typed.length - pending));
		if (pending === 0) return;
		tail = typed.slice(-pending);
		tailTimer = setTimeout(() => {
			const rest = tail;
			tail = '';
			send(rest);
		}, tailMs);
	};

	const onReadable = () => {
		// The host takes no more for now: what is typed waits in the terminal.
		while (!isDetached && !sink?.writableNeedDrain) {
			const chunk = stdin.read() as string | Buffer | null;
			if (chunk === null) return;
			take((typeof chunk === 'string' ? Buffer.from(chunk) : chunk).toString('latin1'));
		}
	};

	stdin.on('readable', onReadable);
	return {
		to(next, onSent) {
			sink?.off('drain', onReadable);
			sink = next;
			tell = onSent;
			sink?.on('drain', onReadable);
			if (!sink) return;
			const typed = early ?? '';
			early = undefined;
			send(typed);
		},
		close() {
			clearTimeout(tailTimer);
			sink?.off('drain', onReadable);
			sink = undefined;
			stdin.off('readable', onReadable);
			// Nobody read to the end after the detach key: without this, no `readable` comes again
			// and Ink stays deaf.
			stdin.read(0);
		},
	};
};

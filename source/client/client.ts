import type {Duplex} from 'node:stream';
import type {WireEvent} from '../protocol/event.ts';

export type RequestOptions = {
	/** Sent as JSON; bytes are sent as they are. */
	body?: unknown;
	signal?: AbortSignal;
	/** Default 15 s; a call that does not answer by then rejects with `connection-timed-out`. */
	timeoutMs?: number;
	accept?: string;
	/** Called with the whole answer, for who needs more of it than the body. */
	onAnswer?: (answer: ClientResponse) => void;
};

export type ClientResponse = {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	body: Buffer;
};

/** What an attached terminal is to the laptop. */
export type AttachSession = {
	/** Readable: terminal bytes from the host. Writable: what the person types. Backpressure holds both ways. */
	readonly stream: Duplex;
	resize(size: {cols: number; rows: number}): void;
	/** Calls back when the host has taken in all that was written before; never where the link is lost. */
	probe(onTaken: () => void): void;
	/** Resolves with the agent's exit when it ended, or with null when the stream closed otherwise. */
	readonly ended: Promise<{code: number | null; signal: string | null} | null>;
	close(): void;
};

/** The daemon's interface over a transport; every call has a deadline and rejects with `FleetError`. */
export type Client = {
	/** The raw call: non-2xx answers reject with the problem that the host sent. */
	request(method: string, path: string, options?: RequestOptions): Promise<ClientResponse>;
	/** The same, the body parsed as JSON; the caller parses it into types (`v.parse(schema, …)`). */
	json(method: string, path: string, options?: RequestOptions): Promise<unknown>;
	/** One SSE subscription, until the stream ends, is silent for 15 s, or the signal aborts. */
	events(options: {
		since?: string | undefined;
		path?: string;
		signal: AbortSignal;
		/** The host has accepted the subscription. */
		onOpen?: () => void;
		/** Bytes came, a comment too: the host is there. */
		onHeard?: () => void;
		/** A record was dropped unread: it was larger than any can be. */
		onDropped?: () => void;
	}): AsyncIterable<WireEvent>;
	attach(
		id: string,
		options: {cols: number; rows: number; observe?: boolean; signal: AbortSignal},
	): Promise<AttachSession>;
	close(): void;
};

import type {Duplex} from 'node:stream';
import type {LoginFacts} from './connection.ts';

/**
 * The seam to a host: one function that opens a byte stream to the daemon's socket, over which
 * everything else is plain HTTP. Rejects with a `FleetError` whose code tells what retrying
 * cannot mend (auth, host key, host-missing) from what it can.
 */
export type Transport = {
	/** As a person reads it: `local`, or `user@host:port`. */
	readonly description: string;
	dial(signal: AbortSignal, lane?: Lane): Promise<Duplex>;
	/** Runs a program there; only transports that can (ssh, openssh, local). */
	exec?(command: string, signal: AbortSignal, lane?: Lane): Promise<RemoteProcess>;
	/** Opens a byte stream to a TCP port on the host's loopback; only transports that can. */
	forward?(port: number, signal: AbortSignal): Promise<Duplex>;
	/** What is known of the login that is open; only transports that log in. */
	about?(): Promise<LinkFacts | null>;
	/** Drops the connection that is there; the next `dial` makes a fresh one. */
	reset(): void;
	/** Calls back when the connection under every stream is gone. Returns the unsubscribe. */
	onLost(listener: (error: Error) => void): () => void;
	close(): Promise<void>;
};

/** How a host lets us in, for whoever looks at the way there. */
export type LinkFacts = {
	/** Null where the user's own ssh logs in. */
	login: LoginFacts | null;
	/** `dial-stdio` where the host opens no sockets for us; null while that is not known. */
	route: 'streamlocal' | 'dial-stdio' | null;
};

/** Bulk bytes on the interactive connection would hold events back half a second on a slow link. */
export type Lane = 'interactive' | 'bulk';

export type RemoteProcess = {
	/** Writable: its stdin; readable: its stdout. */
	readonly stream: Duplex;
	readonly stderr: NodeJS.ReadableStream;
	readonly exited: Promise<{code: number | null; signal: string | null}>;
};

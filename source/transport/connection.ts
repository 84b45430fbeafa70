import type {Duplex} from 'node:stream';
import type {FleetError} from '../errors.ts';
import type {RemoteProcess} from './transport.ts';

/** What a login turned out to be. */
export type LoginFacts = {
	/** The host's key as ssh shows it: `SHA256:…`. */
	hostKey: string;
	/** Keys and methods in the order in which they were tried; the last one let us in. */
	tried: readonly string[];
};

/** One login at a host, over which any number of streams are opened. */
export type Connection = {
	/** How it was opened; null where that is ssh's own business. */
	readonly login: LoginFacts | null;
	/**
	 * Opens the unix socket at `path` there. Rejects with `connection-lost` when the connection is
	 * gone, and with `StreamlocalRefused` when it is not: nobody listens, or policy forbids it.
	 */
	streamlocal(path: string, signal: AbortSignal): Promise<Duplex>;
	/** Runs a command line in the login shell there. */
	exec(command: string, signal: AbortSignal): Promise<RemoteProcess>;
	/** A TCP port on the host's loopback. */
	forward(port: number, signal: AbortSignal): Promise<Duplex>;
	/** Resolves once, with why, when the connection is gone; never rejects. */
	readonly closed: Promise<FleetError>;
	/** Gone at once, and every stream over it. */
	close(): void;
};

/** The host would not open a socket for us; servers do not tell a missing one from a forbidden one. */
export class StreamlocalRefused extends Error {
	override readonly name = 'StreamlocalRefused';
}

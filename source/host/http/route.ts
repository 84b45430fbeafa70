import type {IncomingMessage, ServerResponse} from 'node:http';
import type {Host} from '../host.ts';

export type HostRequest = {
	readonly parameters: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	readonly headers: IncomingMessage['headers'];
	/** The body as JSON, `{}` without one; rejects with `usage` for what is no JSON or too large. */
	json(): Promise<unknown>;
	/** The body as it came; rejects with `usage` when it is too large. */
	bytes(): Promise<Buffer>;
	/** Aborted when the caller is gone or the request's time is up. */
	readonly signal: AbortSignal;
	readonly response: ServerResponse;
};

/** A status and a JSON body; undefined when the route has written (or goes on writing) the response itself. */
export type Answer = {status: number; json?: unknown; text?: string} | undefined;

/** One call of the wire, as data. `:name` in the path is a parameter. */
export type Route = {
	method: 'GET' | 'POST' | 'DELETE';
	path: string;
	/** Default 64 KiB. */
	maxBodyBytes?: number;
	/** The answer may go on for ever: no deadline. */
	streams?: boolean;
	handle(request: HostRequest, host: Host): Promise<Answer> | Answer;
};

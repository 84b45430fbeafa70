import type {ErrorCode} from '../errors.ts';

export type LinkError = {code: ErrorCode; message: string; hint?: string | undefined};

/**
 * What is known of the way to a host. Times are milliseconds of the laptop's clock.
 * `refused` is what retrying cannot mend (auth, host key, protocol): it waits for a person.
 * `offline` is five minutes of failures: it still tries, slowly, and at once on a key press.
 */
export type LinkState =
	| {phase: 'connecting'; since: number; detail?: string | undefined}
	| {phase: 'live'; since: number; roundTripMs: number | undefined}
	| {phase: 'reconnecting'; since: number; attempt: number; retryAt: number; error: LinkError}
	| {phase: 'offline'; since: number; attempt: number; retryAt: number; error: LinkError}
	| {phase: 'refused'; since: number; error: LinkError};

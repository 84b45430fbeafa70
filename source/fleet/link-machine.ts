import type {ErrorCode} from '../errors.ts';
import type {LinkError, LinkState} from './link.ts';

/** A link that held this long has proved itself: the next loss starts the backoff anew. */
export const stableMs = 30_000;
/** Failures for this long are told as `offline`. */
export const offlineMs = 5 * 60_000;
/** While nothing answers at all for less than this, attempts follow each other closely. */
export const persistentMs = 60_000;
const firstDelayMs = 1000;
const maxDelayMs = 30_000;

/** What trying again cannot mend: it waits for a person. */
const hopeless: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
	'auth-failed',
	'host-key-unknown',
	'host-key-mismatch',
	'host-key-revoked',
	'host-missing',
	'protocol-mismatch',
	'not-supported',
	'config-invalid',
	'config-missing',
	'state-dir-unusable',
	'needs-person',
	'denied',
]);

/** What is no answer of anybody: packets went nowhere, so there is nobody to spare. */
const unanswered: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
	'connection-timed-out',
	'connection-lost',
	'host-unreachable',
]);

/** All times are milliseconds of one clock. */
export type LinkMachine = {
	readonly link: LinkState;
	/** Attempts since the link last held. */
	readonly attempt: number;
	/** Since when there is no link; undefined while there is one. */
	readonly downSince: number | undefined;
	/** When the next attempt is due; undefined while one runs, the link holds, or a person must act. */
	readonly dueAt: number | undefined;
};

export type LinkInput =
	| {kind: 'trying'; at: number}
	| {kind: 'opened'; at: number; roundTripMs: number | undefined}
	| {kind: 'round-trip'; at: number; roundTripMs: number}
	/** The link that held is gone. */
	| {kind: 'lost'; at: number; error: LinkError; jitter: number}
	/** An attempt came to nothing. `jitter` is a random number from 0 to 1. */
	| {kind: 'failed'; at: number; error: LinkError; jitter: number}
	/** A person is here, or the network changed. */
	| {kind: 'retry'; at: number};

export const startLink = (at: number): LinkMachine => ({
	link: {phase: 'connecting', since: at},
	attempt: 0,
	downSince: at,
	dueAt: at,
});

/** Exponential from 1 s to 30 s with full jitter: anything up to the cap, never less than 100 ms. */
export const backoffMs = (attempt: number, jitter: number): number =>
	Math.max(100, jitter * Math.min(maxDelayMs, firstDelayMs * 2 ** Math.max(0, attempt - 1)));

/** The next state of the way to a host. Pure: whoever drives it does what `dueAt` says. */
export const stepLink = (machine: LinkMachine, input: LinkInput): LinkMachine => {
	switch (input.kind) {
		case 'trying':
			return {...machine, attempt: machine.attempt + 1, dueAt: undefined};
		case 'opened': {
			const {at, roundTripMs} = input;
			return {
				...machine,
				link: {phase: 'live', since: at, roundTripMs},
				downSince: undefined,
				dueAt: undefined,
			};
		}

		case 'round-trip': {
			if (machine.link.phase !== 'live') return machine;
			return {...machine, link: {...machine.link, roundTripMs: input.roundTripMs}};
		}

		case 'lost': {
			if (machine.link.phase !== 'live') return machine;
			const wasStable = input.at - machine.link.since >= stableMs;
			const attempt = wasStable ? 0 : machine.attempt;
			// A first loss is tried again at once; a link that keeps falling is given time.
			const delayMs = attempt <= 1 ? 0 : backoffMs(attempt - 1, input.jitter);
			return down({...machine, attempt, downSince: input.at}, input.at, input.error, delayMs);
		}

		case 'failed': {
			const delayMs = unanswered.has(input.error.code)
				? spacingMs(machine, input)
				: backoffMs(machine.attempt, input.jitter);
			return down(machine, input.at, input.error, delayMs);
		}

		case 'retry': {
			if (machine.link.phase === 'live' || machine.dueAt === undefined) {
				if (machine.link.phase !== 'refused') return machine;
				return {...startLink(input.at), downSince: machine.downSince};
			}

			return {
				...machine,
				attempt: 0,
				dueAt: input.at,
				link: withRetryAt(machine.link, input.at),
			};
		}
	}
};

/**
 * An attempt that nothing answered has already taken its time, and costs a host that does not
 * hear it nothing: the sooner the next one, the sooner a healed link is noticed.
 */
const spacingMs = (machine: LinkMachine, {at, jitter}: {at: number; jitter: number}): number =>
	at - (machine.downSince ?? at) < persistentMs
		? Math.min(1000, backoffMs(machine.attempt, jitter))
		: backoffMs(machine.attempt, jitter);

function down(machine: LinkMachine, at: number, error: LinkError, delayMs: number): LinkMachine {
	const since = machine.downSince ?? at;
	if (hopeless.has(error.code)) {
		return {...machine, link: {phase: 'refused', since, error}, downSince: since, dueAt: undefined};
	}

	const retryAt = at + delayMs;
	const phase = at - since >= offlineMs ? 'offline' : 'reconnecting';
	return {
		...machine,
		link: {phase, since, attempt: machine.attempt + 1, retryAt, error},
		downSince: since,
		dueAt: retryAt,
	};
}

const withRetryAt = (link: LinkState, retryAt: number): LinkState =>
	link.phase === 'reconnecting' || link.phase === 'offline' ? {...link, retryAt} : link;

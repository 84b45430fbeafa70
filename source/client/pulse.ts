import {FleetError} from '../errors.ts';

const beatEveryMs = 1000;
/** Where nobody watches: a processor that sleeps wakes less often, and a dead link is still seen within 13 s. */
const calmBeatEveryMs = 2500;
/** So often the way is measured, and so much silence is asked about. */
const pingEveryMs = 5000;
/** An unanswered ping is a dead link after this and four round trips, if nothing else was heard. */
const pingLimitMs = 4000;
/** The same right after this process stood still: the link has probably died meanwhile. */
const suspectLimitMs = 1500;
/** Beats this far apart mean that the laptop slept, or that this process was stopped. */
const gapMs = 5000;

export type PulseOptions = {
	/** Somebody sees what round trips take. Else it asks only where nothing was heard for a while. */
	measures: boolean;
	/** One round trip to the host. */
	ping(signal: AbortSignal): Promise<void>;
	onRoundTrip(milliseconds: number): void;
	/** The link is dead, whatever its socket says. */
	onDead(error: FleetError): void;
};

export type Pulse = {
	heard(): void;
	end(): void;
};

/** Feels a live link: measures round trips, at first always, and notices when nothing comes back. */
export const startPulse = ({measures, ping, onRoundTrip, onDead}: PulseOptions): Pulse => {
	const ending = new AbortController();
	const beatMs = measures ? beatEveryMs : calmBeatEveryMs;
	let heardAt = performance.now();
	let pinged: {at: number; limitMs: number} | undefined;
	let lastPingAt = -Infinity;
	let roundTripMs = 0;
	let beatAt = Date.now();

	const send = async (limitMs: number) => {
		const at = performance.now();
		lastPingAt = at;
		pinged = {at, limitMs};
		try {
			await ping(ending.signal);
			roundTripMs = performance.now() - at;
			heardAt = performance.now();
			if (!ending.signal.aborted) onRoundTrip(roundTripMs);
		} catch {
			// Its silence is judged by the beat, a broken stream by whoever reads it.
		} finally {
			pinged = undefined;
		}
	};

	const beat = () => {
		const now = performance.now();
		const wallGapMs = Date.now() - beatAt - beatMs;
		beatAt = Date.now();
		if (wallGapMs > gapMs) {
			// What waits in the sockets is read before anything is concluded from its absence.
			void send(suspectLimitMs);
			return;
		}

		if (pinged) {
			const limitMs = pinged.limitMs + 4 * roundTripMs;
			if (now - pinged.at > limitMs && heardAt < pinged.at) {
				const seconds = Math.round((now - heardAt) / 1000);
				onDead(
					new FleetError('connection-lost', `nothing was heard from the host for ${seconds} s`),
				);
			}
		} else {
			const quietSince = measures ? lastPingAt : Math.max(lastPingAt, heardAt);
			if (now - quietSince >= pingEveryMs) void send(pingLimitMs);
		}
	};

	// The first one opens its own stream; what the second takes is the way alone.
	void send(pingLimitMs).then(() => (ending.signal.aborted ? undefined : send(pingLimitMs)));
	const timer = setInterval(beat, beatMs);
	return {
		heard() {
			heardAt = performance.now();
		},
		end() {
			clearInterval(timer);
			ending.abort();
		},
	};
};

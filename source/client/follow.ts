import {FleetError, toFleetError} from '../errors.ts';
import {stepLink, startLink, type LinkInput, type LinkMachine} from '../fleet/link-machine.ts';
import type {LinkError} from '../fleet/link.ts';
import type {FleetInput} from '../fleet/slice.ts';
import type {ActionKind} from '../protocol/action.ts';
import {parseEvent, stopReason, type WireEvent} from '../protocol/event.ts';
import type {Transport} from '../transport/transport.ts';
import type {Client} from './client.ts';
import {createIntake, type Skipped} from './intake.ts';
import {startPulse} from './pulse.ts';
import {watchWay} from './watch-way.ts';

export type FollowOptions = {
	transport: Pick<Transport, 'reset' | 'onLost'>;
	client: Pick<Client, 'events' | 'request'>;
	/** The event after which to begin; without it a snapshot comes first. */
	since?: string | undefined;
	/** This console's name, and on what it acts without asking its person: the host may give it that at once. */
	actor?: {consoleId: string; actsOn: readonly ActionKind[]};
	/** Somebody sees what round trips take: they are measured again and again, not only at first. */
	measures?: boolean;
	/** Each record as it came, once, before anything of it is believed. */
	onRecord?: (record: WireEvent) => void;
};

export type Follower = {
	/** Calls back with the link as it is, then with each change and event. Returns the unsubscribe. */
	subscribe(listener: (input: FleetInput) => void): () => void;
	/** Ends the wait between two attempts, also where the link was refused. */
	retryNow(): void;
	/** What came and was not passed on. */
	readonly skipped: Readonly<Skipped>;
	/** Ends it; nothing is called back any more. */
	close(): void;
};

/** An attempt at a link that was there before gets this long, and more each time. */
const attemptMs = (attempt: number, roundTripMs: number): number =>
	Math.min(15_000, (2000 + 20 * roundTripMs) * 1.5 ** (attempt - 1));
const firstAttemptMs = 150_000;
/** An attempt younger than this is left alone by whoever cannot wait. */
const patienceMs = 2000;

/** A daemon that was stopped on purpose is not started again by whoever only looked on. */
const farewell = (record: WireEvent): FleetError => {
	const event = parseEvent(record);
	const reason =
		typeof event !== 'string' && event.event === 'host.closing' ? event.data.reason : '';
	return reason === stopReason
		? new FleetError('needs-person', 'the daemon on the host was stopped', {
				hint: 'Trying again starts it again; the agents went on meanwhile.',
			})
		: new FleetError('connection-lost', 'the daemon on the host has ended');
};

/**
 * Keeps one host attended: connects, streams events from where it was, notices that the link
 * died, and connects again, until closed. Begins with the first subscriber.
 */
export const follow = (options: FollowOptions): Follower => {
	const {transport, client, since, actor, onRecord, measures = false} = options;
	const path = actor && `/v1/events?console=${actor.consoleId}&acts=${actor.actsOn.join(',')}`;
	const listeners = new Set<(input: FleetInput) => void>();
	const closing = new AbortController();
	let machine: LinkMachine = startLink(Date.now());
	let heardAt: number | undefined;
	let roundTripMs = 0;
	let hasBegun = false;
	let wake: () => void = () => {};
	let giveUpAttempt: (() => void) | undefined;
	let isHurried = false;
	let endWatch: (() => void) | undefined;

	const emit = (input: FleetInput) => {
		if (!closing.signal.aborted) for (const listener of listeners) listener(input);
	};

	const intake = createIntake({
		since,
		onRecord,
		onEvent: event => emit({kind: 'event', event, at: Date.now()}),
	});

	const step = (input: LinkInput) => {
		const before = machine.link;
		machine = stepLink(machine, input);
		if (machine.link !== before) {
			emit({kind: 'link', link: machine.link, at: input.at, heardAt});
		}

		const {phase} = machine.link;
		if (closing.signal.aborted) return;
		if (phase === 'reconnecting' || phase === 'offline') endWatch ??= watchWay(() => retryNow());
		else stopWatch();
	};

	const stopWatch = () => {
		endWatch?.();
		endWatch = undefined;
	};

	/** One link from its opening to its end; always rejects, with why it ended. */
	const attend = async (): Promise<never> => {
		const ending = new AbortController();
		const end = (error: FleetError) => ending.abort(error);
		const {attempt, link} = machine;
		const limitMs = link.phase === 'connecting' ? firstAttemptMs : attemptMs(attempt, roundTripMs);
		const isOpen = {value: false};
		const bound = setTimeout(() => {
			transport.reset();
			end(new FleetError('connection-timed-out', 'the host did not answer in time'));
		}, limitMs);
		const beganAt = performance.now();
		giveUpAttempt = () => {
			if (isOpen.value || performance.now() - beganAt < patienceMs) return;
			isHurried = true;
			transport.reset();
			end(new FleetError('connection-timed-out', 'the host did not answer yet'));
		};
		const offLost = transport.onLost(error => {
			if (isOpen.value) end(toFleetError(error, 'connection-lost'));
		});
		const pulse = {current: undefined as ReturnType<typeof startPulse> | undefined};
		let ended = new FleetError('connection-lost', 'the host closed the connection');
		try {
			const records = client.events({
				since: intake.lastId(),
				...(path === undefined ? {} : {path}),
				signal: AbortSignal.any([ending.signal, closing.signal]),
				onOpen() {
					clearTimeout(bound);
					isOpen.value = true;
					heardAt = Date.now();
					step({kind: 'opened', at: heardAt, roundTripMs: roundTripMs || undefined});
					pulse.current = startPulse({
						measures,
						async ping(signal) {
							await client.request('GET', '/v1/ping', {signal, timeoutMs: 15_000});
						},
						onRoundTrip(milliseconds) {
							roundTripMs = milliseconds;
							heardAt = Date.now();
							step({kind: 'round-trip', at: heardAt, roundTripMs});
						},
						onDead(error) {
							transport.reset();
							end(error);
						},
					});
				},
				onHeard() {
					heardAt = Date.now();
					pulse.current?.heard();
				},
				onDropped() {
					intake.skipped.dropped++;
				},
			});
			for await (const record of records) {
				intake.receive(record);
				if (record.event === 'host.closing') ended = farewell(record);
			}
		} finally {
			clearTimeout(bound);
			pulse.current?.end();
			offLost();
			giveUpAttempt = undefined;
		}

		throw ended;
	};

	/** Resolves when the next attempt is due, or when someone cannot wait for it. */
	const untilDue = async (): Promise<void> =>
		new Promise(resolve => {
			const {dueAt} = machine;
			const done = () => {
				clearTimeout(timer);
				closing.signal.removeEventListener('abort', done);
				resolve();
			};

			const timer =
				dueAt === undefined ? undefined : setTimeout(done, Math.max(0, dueAt - Date.now()));
			wake = done;
			closing.signal.addEventListener('abort', done, {once: true});
		});

	const loop = async (): Promise<void> => {
		while (!closing.signal.aborted) {
			if (machine.dueAt === undefined || machine.dueAt > Date.now()) await untilDue();
			if (machine.dueAt === undefined || closing.signal.aborted) continue;
			step({kind: 'trying', at: Date.now()});
			try {
				await attend();
			} catch (thrown) {
				if (closing.signal.aborted) return;
				const {code, message, hint} = toFleetError(thrown, 'connection-lost');
				const error: LinkError = {code, message, hint};
				const kind = machine.link.phase === 'live' ? 'lost' : 'failed';
				step({kind, at: Date.now(), error, jitter: Math.random()});
				if (isHurried) step({kind: 'retry', at: Date.now()});
				isHurried = false;
			}
		}
	};

	const retryNow = () => {
		// An attempt that hangs is begun anew: its packets may long be lost.
		giveUpAttempt?.();
		step({kind: 'retry', at: Date.now()});
		wake();
	};

	const begin = () => {
		hasBegun = true;
		void loop();
		closing.signal.addEventListener('abort', stopWatch, {once: true});
	};

	return {
		subscribe(listener) {
			listeners.add(listener);
			listener({kind: 'link', link: machine.link, at: Date.now(), heardAt});
			if (!hasBegun) begin();
			return () => listeners.delete(listener);
		},
		retryNow,
		skipped: intake.skipped,
		close() {
			closing.abort(new FleetError('interrupted', 'no longer followed'));
			listeners.clear();
		},
	};
};

import {toFleetError} from '../../errors.ts';
import type {FleetInput} from '../../fleet/slice.ts';
import {syncTrace} from '../trace.ts';
import {sides, type Side} from '../plan/operation.ts';
import type {CycleRequest} from './cycle.ts';
import {createAgenda} from './agenda.ts';
import {startHealth, stepHealth, type HealthInput, type RuleHealth} from './health.ts';
import type {OpenRule} from './open-rule.ts';
import type {CycleReport} from './report.ts';
import {createRounds} from './rounds.ts';
import {createWatches} from './watches.ts';

export type RuleRunner = {
	/** Looks at everything now, also where the rule waits or stands still. */
	syncNow(options?: {allowDelete?: boolean}): void;
	readonly health: RuleHealth;
	close(): Promise<void>;
};

export type RunRuleOptions = {
	open: OpenRule;
	/** Events of the host, and the state of the way to it. */
	source: {subscribe(listener: (input: FleetInput) => void): () => void};
	/** How often to look where nothing tells of changes. */
	pollMs: number;
	onHealth: (health: RuleHealth) => void;
	onReport?: (report: CycleReport) => void;
};

/** For a trace. */
const shown = ({
	full,
	folders,
}: Partial<Pick<CycleRequest, 'full'>> & Pick<CycleRequest, 'folders'>) =>
	sides.map(side => `${side} ${full?.[side] ? 'whole' : [...folders[side]].join('|')}`).join(', ');

const longestBackoffMs = 30_000;
const haltedEveryMs = 30_000;
const longestWaitMs = 60_000;
/** Nothing waits longer because the clock on the wall is set. */
const now = () => performance.now();

/** Keeps a rule in step until closed: watches both sides, and syncs what they tell of. */
export const runRule = ({open, source, pollMs, onHealth, onReport}: RunRuleOptions): RuleRunner => {
	const closing = new AbortController();
	let health = startHealth(Date.now());
	const agenda = createAgenda(now);
	let allowDelete = false;
	let isLive = false;
	let failures = 0;
	let notBefore = 0;
	/** All was asked for since the last look began: what that one ends with puts nothing off. */
	let isAsked = false;
	let wake = () => {};
	const rounds = createRounds(pollMs);
	const watches = createWatches(open, change => {
		if (change.rescan) agenda.whole('local');
		agenda.changed('local', change.folders);
		wake();
	});

	const tell = (input: HealthInput) => {
		const next = stepHealth(health, input);
		if (next === health) return;
		health = next;
		if (!closing.signal.aborted) onHealth(health);
	};

	const everything = () => {
		isAsked = true;
		notBefore = 0;
		agenda.whole();
		open.carrier.retry();
		wake();
	};

	const unsubscribe = source.subscribe(input => {
		if (input.kind === 'link') {
			const wasLive = isLive;
			isLive = input.link.phase === 'live';
			if (isLive && !wasLive) everything();
			else if (!isLive && wasLive) tell({kind: 'link-lost', at: Date.now()});
			return;
		}

		if (input.kind !== 'event' || input.event.event !== 'sync.changed') return;
		if (input.event.data.root !== open.rule.remote) return;
		const {paths, rescan} = input.event.data;
		if (rescan) agenda.whole('remote');
		agenda.changed('remote', paths);
		wake();
	});

	const unhear = open.onArrival(() => {
		agenda.arrived();
		wake();
	});

	/** Yields the milliseconds. */
	const putOff = (milliseconds: number): number => {
		const waitMs = isAsked ? 0 : milliseconds;
		notBefore = now() + waitMs;
		return waitMs;
	};

	const roundDueAt = (side: Side) =>
		rounds.dueAt(side, {
			local: watches.trouble('local') !== undefined,
			remote: watches.trouble('remote') !== undefined,
		});

	/** Until something is to be done and may be done. */
	const untilDue = async (): Promise<void> => {
		for (;;) {
			if (closing.signal.aborted) return;
			const at = now();
			// One after the other: what the first one takes says when the next may be.
			const round = sides.find(side => at >= roundDueAt(side));
			if (round !== undefined) agenda.whole(round);
			if (isLive && at >= Math.max(notBefore, agenda.dueAt())) return;
			const nextAt = Math.max(notBefore, Math.min(agenda.dueAt(), ...sides.map(roundDueAt)));
			// Without the link nothing can be done till it is back.
			const waitMs = isLive ? Math.min(nextAt - at, longestWaitMs) : longestWaitMs;
			await new Promise<void>(resolve => {
				const timer = setTimeout(resolve, Math.max(5, waitMs));
				wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	};

	/** After a look at the whole of a side it is watched; one that is only from then on is looked at once more. */
	const watch = async ({full}: Pick<CycleRequest, 'full'>): Promise<void> => {
		const seen = sides.filter(side => full[side]);
		for (const side of seen) if (await watches.ensure(side)) agenda.whole(side);
		if (seen.length === 0) return;
		const polls = watches.trouble('local') ?? watches.trouble('remote');
		tell({kind: 'watching', at: Date.now(), polls});
	};

	const once = async (): Promise<void> => {
		watches.begin();
		const request = {...agenda.take(), allowDelete, dryRun: false, signal: closing.signal};
		allowDelete = isAsked = false;
		tell({kind: 'look', at: Date.now()});
		const report = await syncTrace.around(`look at ${shown(request)}`, () =>
			open.cycle({
				...request,
				news: least => agenda.news(least),
				onProgress: progress => tell({kind: 'progress', at: Date.now(), progress}),
			}),
		);
		syncTrace.say(
			`${report.isCarrying ? 'carrying, ' : ''}again ${shown({folders: report.again})}`,
		);
		failures = 0;
		for (const side of sides) {
			const tookMs = report.wholeMs[side] ?? 0;
			if (request.full[side]) rounds.looked(side, {at: now(), tookMs});
		}

		if (report.halted === undefined) await watch(request);
		else agenda.whole();
		agenda.looked(report.again);
		// What is told of meanwhile waits for the person too.
		putOff(report.halted === undefined ? 0 : haltedEveryMs);
		const conflicts = open.ledger.conflicts().length;
		tell({kind: 'report', at: Date.now(), report, conflicts});
		onReport?.(report);
	};

	const loop = async (): Promise<void> => {
		for (;;) {
			await untilDue();
			if (closing.signal.aborted) return;
			try {
				await once();
			} catch (thrown) {
				if (closing.signal.aborted) return;
				agenda.failed();
				const waitMs = putOff(Math.min(longestBackoffMs, 1000 * 2 ** failures++));
				const {message} = toFleetError(thrown);
				const at = Date.now();
				if (isLive) tell({kind: 'failure', at, message, retryAt: at + waitMs});
			}
		}
	};

	const running = loop();
	return {
		syncNow(options = {}) {
			allowDelete = options.allowDelete ?? false;
			everything();
		},
		get health() {
			return health;
		},
		async close() {
			closing.abort();
			unsubscribe();
			unhear();
			wake();
			// A cycle that waits for an answer is cut short by it.
			const closed = open.close();
			await running;
			await watches.close();
			await closed;
		},
	};
};

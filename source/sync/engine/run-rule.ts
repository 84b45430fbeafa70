import {toFleetError} from '../../errors.ts';
import type {FleetInput} from '../../fleet/slice.ts';
import {syncTrace} from '../trace.ts';
import {watchRoot, type RootWatch} from '../watch/watch-root.ts';
import type {CycleRequest} from './cycle.ts';
import {locateRoot} from '../endpoint/root.ts';
import type {BytePath} from '../path.ts';
import {createAgenda} from './agenda.ts';
import {startHealth, stepHealth, type HealthInput, type RuleHealth} from './health.ts';
import type {OpenRule} from './open-rule.ts';
import type {CycleReport} from './report.ts';

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

const sides = ['local', 'remote'] as const;
/** For a trace. */
const shown = ({
	full,
	folders,
}: Partial<Pick<CycleRequest, 'full'>> & Pick<CycleRequest, 'folders'>) =>
	sides.map(side => `${side} ${full?.[side] ? 'whole' : [...folders[side]].join('|')}`).join(', ');

const fullEveryMs = 60_000;
/** A full look may take this part of the time. */
const fullShare = 300;
const pollShare = 4;
const longestBackoffMs = 30_000;
const haltedEveryMs = 30_000;
const notWatched = 'not watched yet';

/** Keeps a rule in step until closed: watches both sides, and syncs what they tell of. */
export const runRule = ({open, source, pollMs, onHealth, onReport}: RunRuleOptions): RuleRunner => {
	const closing = new AbortController();
	let health = startHealth(Date.now());
	const agenda = createAgenda();
	let allowDelete = false;
	let isLive = false;
	let failures = 0;
	let notBefore = 0;
	let nextFullAt = 0;
	let localWatch: RootWatch | undefined;
	let localPolls: string | undefined = notWatched;
	let remotePolls: string | undefined = notWatched;
	let wake = () => {};

	const tell = (input: HealthInput) => {
		const next = stepHealth(health, input);
		if (next === health) return;
		health = next;
		if (!closing.signal.aborted) onHealth(health);
	};

	const everything = () => {
		agenda.whole();
		open.carrier.retry();
		wake();
	};

	const unsubscribe = source.subscribe(input => {
		if (input.kind === 'link') {
			const wasLive = isLive;
			isLive = input.link.phase === 'live';
			if (isLive && !wasLive) {
				notBefore = 0;
				remotePolls = notWatched;
				everything();
			} else if (!isLive && wasLive) tell({kind: 'link-lost', at: Date.now()});
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

	const watchLocal = (root: BytePath) => {
		localPolls = notWatched;
		localWatch = watchRoot({
			root,
			settings: open.settings,
			onChange(change) {
				if (change.rescan) agenda.whole('local');
				agenda.changed('local', change.folders);
				wake();
			},
		});
	};

	/** From the start where the folder is there: a save need not wait for all that a first sync moves. */
	const watchEarly = () => {
		if (localWatch !== undefined) return;
		const {state, root} = locateRoot(open.rule.local, {create: false});
		if (state === 'ready') watchLocal(root);
	};

	/** A side that is watched only from now on is looked at once more: what was done meanwhile nobody told. */
	const watchBoth = async () => {
		const isNew = remotePolls === notWatched;
		if (localWatch !== undefined && !localWatch.isOpen) {
			await localWatch.close();
			localWatch = undefined;
		}

		if (localWatch === undefined) {
			const state = await open.local.open({create: false});
			if (state.state !== 'ready') return;
			watchLocal(state.root);
		}

		if (localPolls === notWatched) {
			const mode = await localWatch!.ready;
			localPolls = mode.mode === 'poll' ? `this side: ${mode.reason}` : undefined;
			agenda.whole('local');
		}

		const mode = await open.remote.watch();
		remotePolls = mode.mode === 'poll' ? `the host: ${mode.reason ?? 'no events'}` : undefined;
		if (isNew) agenda.whole('remote');
		tell({kind: 'watching', at: Date.now(), polls: localPolls ?? remotePolls});
	};

	/** Until something is to be done and may be done. */
	const untilDue = async (): Promise<void> => {
		for (;;) {
			if (closing.signal.aborted) return;
			const now = Date.now();
			const polls = localPolls !== undefined || remotePolls !== undefined;
			if (now >= nextFullAt) agenda.whole();
			const dueAt = Math.max(notBefore, agenda.dueAt());
			if (isLive && now >= dueAt) return;
			// Without the link nothing can be done till it is back.
			const longestMs = polls && isLive ? pollMs : 60_000;
			const waitMs = isLive ? Math.min(dueAt - now, longestMs) : longestMs;
			await new Promise<void>(resolve => {
				const timer = setTimeout(resolve, Math.max(5, waitMs));
				wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	};

	const once = async (): Promise<void> => {
		watchEarly();
		const request = {...agenda.take(), allowDelete, dryRun: false, signal: closing.signal};
		const isFull = request.full.local && request.full.remote;
		allowDelete = false;
		tell({kind: 'look', at: Date.now()});
		const startedAt = performance.now();
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
		const tookMs = performance.now() - startedAt;
		failures = 0;
		if (isFull && report.halted === undefined) await watchBoth();
		if (isFull || report.halted !== undefined) {
			const polls = localPolls !== undefined || remotePolls !== undefined;
			const everyMs = polls
				? Math.max(pollMs, tookMs * pollShare)
				: Math.max(fullEveryMs, tookMs * fullShare);
			nextFullAt = Date.now() + (report.halted === undefined ? everyMs : haltedEveryMs);
		}

		agenda.looked(report.again);
		// What is told of meanwhile waits for the person too.
		notBefore = report.halted === undefined ? 0 : nextFullAt;
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
				const retryAt = Date.now() + Math.min(longestBackoffMs, 1000 * 2 ** failures++);
				notBefore = retryAt;
				const {message} = toFleetError(thrown);
				if (isLive) tell({kind: 'failure', at: Date.now(), message, retryAt});
			}
		}
	};

	const running = loop();
	return {
		syncNow(options = {}) {
			allowDelete = options.allowDelete ?? false;
			notBefore = 0;
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
			await localWatch?.close();
			await closed;
		},
	};
};

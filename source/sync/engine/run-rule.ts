import {toFleetError} from '../../errors.ts';
import type {FleetInput} from '../../fleet/slice.ts';
import type {BytePath} from '../path.ts';
import type {Side} from '../plan/operation.ts';
import {syncTrace} from '../trace.ts';
import {watchRoot, type RootWatch} from '../watch/watch-root.ts';
import type {CycleRequest} from './cycle.ts';
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
/** What kept changing under a cycle is looked at again after this long, and later each time. */
const settleMs = 100;
const longestSettleMs = 3000;
const haltedEveryMs = 30_000;
const notWatched = 'not watched yet';

/** Keeps a rule in step until closed: watches both sides, and syncs what they tell of. */
export const runRule = ({open, source, pollMs, onHealth, onReport}: RunRuleOptions): RuleRunner => {
	const closing = new AbortController();
	let health = startHealth(Date.now());
	let full: Record<Side, boolean> = {local: true, remote: true};
	let folders: Record<Side, Set<BytePath>> = {local: new Set(), remote: new Set()};
	let hasArrived = false;
	let allowDelete = false;
	let isLive = false;
	let failures = 0;
	/** Cycles on end that left something for the next one. */
	let restless = 0;
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
		full = {local: true, remote: true};
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
		if (rescan) full.remote = true;
		for (const path of paths) folders.remote.add(path);
		wake();
	});

	const unhear = open.onArrival(() => {
		hasArrived = true;
		wake();
	});

	/** A side that is watched only from now on is looked at once more: what was done meanwhile nobody told. */
	const watchBoth = async () => {
		const isNew = remotePolls === notWatched;
		if (localWatch !== undefined && !localWatch.isOpen) {
			await localWatch.close();
			localWatch = undefined;
			localPolls = notWatched;
		}

		if (localWatch === undefined) {
			const state = await open.local.open({create: false});
			if (state.state !== 'ready') return;
			localWatch = watchRoot({
				root: state.root,
				settings: open.settings,
				onChange(change) {
					if (change.rescan) full.local = true;
					for (const folder of change.folders) folders.local.add(folder);
					wake();
				},
			});
			const mode = await localWatch.ready;
			localPolls = mode.mode === 'poll' ? `this side: ${mode.reason}` : undefined;
			full.local = true;
		}

		const mode = await open.remote.watch();
		remotePolls = mode.mode === 'poll' ? `the host: ${mode.reason ?? 'no events'}` : undefined;
		if (isNew) full.remote = true;
		tell({kind: 'watching', at: Date.now(), polls: localPolls ?? remotePolls});
	};

	const isDue = () =>
		full.local || full.remote || hasArrived || folders.local.size > 0 || folders.remote.size > 0;

	/** Until something is to be done and may be done. */
	const untilDue = async (): Promise<void> => {
		for (;;) {
			if (closing.signal.aborted) return;
			const now = Date.now();
			const polls = localPolls !== undefined || remotePolls !== undefined;
			if (now >= nextFullAt) full = {local: true, remote: true};
			if (isLive && now >= notBefore && isDue()) return;
			const at = isDue() ? Math.max(notBefore, now + 20) : nextFullAt;
			await new Promise<void>(resolve => {
				const timer = setTimeout(resolve, Math.max(5, Math.min(at - now, polls ? pollMs : 60_000)));
				wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	};

	const once = async (): Promise<void> => {
		const isFull = full.local && full.remote;
		const request = {full, folders, allowDelete, dryRun: false, signal: closing.signal};
		full = {local: false, remote: false};
		folders = {local: new Set(), remote: new Set()};
		allowDelete = hasArrived = false;
		tell({kind: 'look', at: Date.now()});
		const startedAt = performance.now();
		const report = await syncTrace.around(`look at ${shown(request)}`, () =>
			open.cycle({
				...request,
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

		let isLeft = false;
		for (const side of sides) {
			for (const folder of report.again[side]) {
				folders[side].add(folder);
				isLeft = true;
			}
		}

		if (report.halted !== undefined) {
			// What is told of meanwhile waits for the person too.
			notBefore = nextFullAt;
		} else {
			restless = isLeft ? restless + 1 : 0;
			const waitMs = Math.min(longestSettleMs, settleMs * 2 ** (restless - 1));
			notBefore = isLeft ? Date.now() + waitMs : 0;
		}

		const conflicts = open.ledger.conflicts().length;
		tell({
			kind: 'report',
			at: Date.now(),
			report,
			conflicts,
			isLeft: isLeft || report.isCarrying,
		});
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
				full = {local: true, remote: true};
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

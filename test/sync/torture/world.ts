import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type {Endpoint, TreeEndpoint} from '../../../source/sync/endpoint/endpoint.ts';
import {createLocalEndpoint} from '../../../source/sync/endpoint/local-endpoint.ts';
import type {Rename} from '../../../source/sync/endpoint/rename.ts';
import {createCarrier} from '../../../source/sync/engine/carrier.ts';
import {runCycle, type CycleProgress, type CycleRule} from '../../../source/sync/engine/cycle.ts';
import {openLedger, type Ledger} from '../../../source/sync/engine/ledger.ts';
import {partMover, type Mover} from '../../../source/sync/engine/mover.ts';
import {createProgress} from '../../../source/sync/engine/progress.ts';
import type {CycleReport} from '../../../source/sync/engine/report.ts';
import {sides, type Put, type Side} from '../../../source/sync/plan/operation.ts';
import type {SharedSettings} from '../../../source/sync/settings.ts';
import {vouchedContents} from './vouched.ts';
import {plainSettings} from '../../harness/plain-settings.ts';

/** A process died here. */
export class Crash extends Error {}
/** The link broke here. */
export class Cut extends Error {}

export type Hooks = Partial<{
	/** Before each step of a side that touches its tree. */
	step: ((side: Side, name: string) => void) | undefined;
	/** Before a call leaves the engine, and before its answer comes back. */
	call: ((side: Side, name: string, when: 'before' | 'after') => void) | undefined;
	/** True where what carries larger files is killed in the midst of it. */
	moverDies: (() => boolean) | undefined;
}>;

export type World = {
	roots: Record<Side, string>;
	hooks: Hooks;
	ledger: () => Ledger;
	cycle(change?: {
		/** Sides that are looked at as a whole; both where it is not given. */
		whole?: readonly Side[];
		folders?: Partial<Record<Side, string[]>>;
		allowDelete?: boolean;
		/** Folders that were told of on the laptop meanwhile; none where that would be fewer than `least`. */
		news?: (least?: number) => string[];
		onProgress?: (progress: CycleProgress) => void;
	}): Promise<CycleReport>;
	/** Until larger files that are on their way have arrived, or failed to. */
	untilArrived(): Promise<void>;
	/** What failed waits no longer for its next try. */
	retry(): void;
	/** A process begins anew from what is on disk: the console with the laptop's side, the daemon with the host's. */
	restart(which: 'console' | 'daemon'): Promise<void>;
	/** Contents of a side's trash that are what its journal says that they are. */
	vouched(side: Side): string[];
	/** So much time passes. */
	pass(milliseconds: number): void;
	close(): Promise<void>;
};

export type WorldOptions = {
	rule?: Partial<CycleRule>;
	settings?: Partial<SharedSettings>;
	inlineFileBytes?: number;
	mover?: (endpoints: Record<Side, Endpoint>) => Mover;
	/** So long a larger file that failed so often waits for its next try; not at all, where it is not given. */
	waitMs?: (failures: number) => number;
	/** May call `step` where a user could act in the midst of it. */
	rename?: (step: () => void) => Rename;
};

const memory = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

/** Two sides of a rule and the engine between them, in one process, without workers or a link. */
export const createWorld = (options: WorldOptions = {}): World => {
	const base = fs.mkdtempSync(path.join(memory, 'fleet-sync-'));
	const roots = {local: path.join(base, 'local'), remote: path.join(base, 'remote')};
	for (const root of Object.values(roots)) fs.mkdirSync(root);
	const settings: SharedSettings = {
		...plainSettings,
		...options.settings,
	};
	const rule: CycleRule = {
		direction: 'bidi',
		owner: 'local',
		conflict: 'keep-both',
		maxDelete: 200,
		...options.rule,
	};
	const {inlineFileBytes = 256 * 1024} = options;
	const hooks: Hooks = {};
	let time = Date.UTC(2026, 0, 1);
	const now = () => new Date((time += 1000));

	const stateFile = (side: Side) => path.join(base, `state-${side}/sync/${settings.id}-${side}.db`);
	const createEndpoint = (side: Side): TreeEndpoint =>
		createLocalEndpoint({
			side,
			root: roots[side],
			settings,
			stateFolder: path.join(base, `state-${side}`),
			step: name => hooks.step?.(side, name),
			now,
			...(options.rename === undefined
				? {}
				: {rename: options.rename(() => hooks.step?.(side, 'in rename'))}),
		});

	const current: Record<Side, TreeEndpoint> = {
		local: createEndpoint('local'),
		remote: createEndpoint('remote'),
	};
	/** As the daemon does it: one that began anew opens the root at the first call of whatever kind. */
	let isOpen = false;
	let ledger = openLedger(path.join(base, 'ledger.db'));

	/** The way to a side, on which calls and answers can get lost. */
	const link = (side: Side): TreeEndpoint =>
		new Proxy({} as TreeEndpoint, {
			get: (_, name: keyof TreeEndpoint) => async (argument: never) => {
				hooks.call?.(side, name, 'before');
				if (side === 'remote') {
					if (!isOpen && name !== 'open') await current.remote.open({create: false});
					isOpen = true;
				}

				const answer = await (current[side][name] as (argument: never) => Promise<unknown>)(
					argument,
				);
				hooks.call?.(side, name, 'after');
				return answer;
			},
		});

	/** Leaves half a file behind when it is killed. */
	const mortal =
		(mover: Mover, endpoints: Record<Side, Endpoint>): Mover =>
		async job => {
			if (hooks.moverDies?.() !== true) return mover(job);
			const [{path: first, size}] = job.puts as [Put];
			const part = {path: first, offset: 0, length: Math.max(1, Math.floor(size / 2))};
			const bytes = await endpoints[job.from].readPart(part);
			await endpoints[job.to].stagePart({txn: job.txn, path: first, offset: 0, bytes});
			return new Map();
		};

	const endpoints = {local: link('local'), remote: link('remote')};
	const startCarrier = () =>
		createCarrier({
			mover: mortal((options.mover ?? partMover)(endpoints), endpoints),
			waitMs: options.waitMs ?? (() => 0),
		});
	let carrier = startCarrier();

	const world: World = {
		roots,
		hooks,
		ledger: () => ledger,
		cycle({whole = sides, folders = {}, allowDelete = false, news, onProgress} = {}) {
			return runCycle(
				{
					rule,
					ledger,
					endpoints,
					carrier,
					progress: createProgress(),
					inlineFileBytes,
					// So that the first sync of a history goes in parts.
					firstPart: 2,
					pauseMs: 0,
					burst: 3,
					now,
				},
				{
					full: {local: whole.includes('local'), remote: whole.includes('remote')},
					folders: {local: new Set(folders.local), remote: new Set(folders.remote)},
					allowDelete,
					dryRun: false,
					...(news === undefined
						? {}
						: {news: least => ({local: new Set(news(least)), remote: new Set<string>()})}),
					...(onProgress === undefined ? {} : {onProgress}),
					signal: new AbortController().signal,
				},
			);
		},
		async restart(which) {
			const side = which === 'console' ? 'local' : 'remote';
			if (which === 'console') await carrier.close();
			await current[side].close();
			current[side] = createEndpoint(side);
			if (which === 'daemon') {
				isOpen = false;
				return;
			}

			carrier = startCarrier();
			ledger.close();
			ledger = openLedger(path.join(base, 'ledger.db'));
		},
		untilArrived: () => carrier.untilNews(),
		retry: () => carrier.retry(),
		pass(milliseconds) {
			time += milliseconds;
		},
		vouched: side => vouchedContents(stateFile(side), roots[side]),
		async close() {
			await carrier.close();
			await current.local.close();
			await current.remote.close();
			ledger.close();
			fs.rmSync(base, {recursive: true, force: true});
		},
	};
	return world;
};

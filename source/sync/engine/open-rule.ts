import {createClient} from '../../client/create-client.ts';
import type {Client} from '../../client/client.ts';
import type {SyncRule} from '../../config/config.ts';
import {isOfTheLink, toFleetError} from '../../errors.ts';
import type {Transport} from '../../transport/transport.ts';
import {createWorkerEndpoint} from '../endpoint/worker-endpoint.ts';
import type {TreeEndpoint} from '../endpoint/endpoint.ts';
import {createRemoteEndpoint, type RemoteEndpoint} from '../remote/remote-endpoint.ts';
import {findRsyncTrouble} from '../rsync/find-rsync.ts';
import {installRemoteShell} from '../rsync/remote-shell.ts';
import {rsyncMover} from '../rsync/rsync-mover.ts';
import {ruleId, sharedSettings, type SharedSettings} from '../settings.ts';
import {createCarrier, type Carrier} from './carrier.ts';
import {runCycle, type CycleRequest} from './cycle.ts';
import {openLedger, type Ledger} from './ledger.ts';
import {partMover, type Mover} from './mover.ts';
import type {CycleReport} from './report.ts';
import {createProgress} from './progress.ts';
import {laptopId, ledgerFile, lockFile} from './rule-files.ts';
import {createRuleLock} from './rule-lock.ts';

/** A rule with everything that works on it; the transport and the client stay their owner's. */
export type OpenRule = {
	readonly rule: SyncRule;
	readonly remoteName: string;
	readonly settings: SharedSettings;
	readonly ledger: Ledger;
	readonly local: TreeEndpoint;
	readonly remote: RemoteEndpoint;
	readonly carrier: Carrier;
	/** Calls back when what a carrier was bringing has arrived, or failed to. Returns the unsubscribe. */
	onArrival(listener: () => void): () => void;
	/** One pass, while no other process works on the rule. */
	cycle(request: CycleRequest): Promise<CycleReport>;
	/** The same lock for work of another kind. */
	locked<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
	close(): Promise<void>;
};

export type OpenRuleOptions = {
	rule: SyncRule;
	/** All rules of the remote. */
	rules: readonly SyncRule[];
	remoteName: string;
	transport: Transport;
	client: Pick<Client, 'request'>;
	stateFolder: string;
	/** Something that makes it slower, and how to mend it. */
	onNotice?: (text: string) => void;
};

const inlineFileBytes = 256 * 1024;
// Few, so that something moves soon.
const firstPart = 4000;

export const openRule = (options: OpenRuleOptions): OpenRule => {
	const {rule, remoteName, transport, client, stateFolder} = options;
	const id = ruleId(rule, laptopId(stateFolder), remoteName);
	const settings = sharedSettings(rule, id);
	const closing = new AbortController();
	const bulkTransport: Transport = {
		...bound(transport),
		dial: signal => transport.dial(signal, 'bulk'),
	};
	const bulk = createClient(bulkTransport);
	const ledger = openLedger(ledgerFile(stateFolder, id));
	const local = createWorkerEndpoint({side: 'local', root: rule.local, settings, stateFolder});
	const remote = createRemoteEndpoint({
		interactive: client,
		bulk,
		settings,
		root: rule.remote,
		signal: closing.signal,
	});
	const endpoints = {local, remote};
	const otherRules = options.rules.filter(other => other !== rule);
	const others = {
		local: otherRules.map(other => other.local),
		remote: otherRules.map(other => other.remote),
	};
	const shell = installRemoteShell(stateFolder);
	const parts = partMover(endpoints);
	const byRsync = rsyncMover({
		transport,
		endpoints,
		shell,
		dereferenceSymlinks: rule.dereferenceSymlinks,
		otherwise: parts,
		onTrouble: message => options.onNotice?.(message),
	});
	let trouble: Promise<string | undefined> | undefined;
	const mover: Mover = async job => {
		// Asked once, when the first file is large enough; again where no answer came.
		trouble ??= findRsyncTrouble(transport, closing.signal).then(found => {
			if (found !== undefined) options.onNotice?.(found);
			return found;
		});
		const found = await trouble.catch((error: unknown) => {
			if (isOfTheLink(toFleetError(error))) trouble = undefined;
			return undefined;
		});
		return found === undefined ? byRsync(job) : parts(job);
	};

	const lock = createRuleLock(lockFile(stateFolder, id), () =>
		options.onNotice?.(`another console of this machine is syncing ${rule.local}; waiting for it`),
	);
	const news = new Set<() => void>();
	const carrier = createCarrier({
		mover,
		keep: lock.keep,
		onNews() {
			for (const listener of news) listener();
		},
	});
	const progress = createProgress();
	const locked = <T>(signal: AbortSignal, work: () => Promise<T>) =>
		lock.locked(signal, async () => {
			ledger.reload();
			return work();
		});
	return {
		rule,
		remoteName,
		settings,
		ledger,
		local,
		remote,
		locked,
		carrier,
		onArrival(listener) {
			news.add(listener);
			return () => news.delete(listener);
		},
		cycle: request =>
			locked(request.signal, () => {
				// A first sync moves all there is: it need not wait for the other connection then.
				const isFirst = ledger.meta('in-step-at') === undefined;
				if (isFirst && !request.dryRun) remote.prepare();
				return runCycle(
					{
						rule,
						ledger,
						endpoints,
						others,
						carrier,
						progress,
						inlineFileBytes,
						// In a repository some files must come before others.
						firstPart: rule.git === 'include' ? undefined : firstPart,
						now: () => new Date(),
					},
					request,
				);
			}),
		async close() {
			closing.abort();
			bulk.close();
			await carrier.close();
			await local.close();
			ledger.close();
		},
	};
};

const bound = (transport: Transport): Omit<Transport, 'dial'> => ({
	description: transport.description,
	reset: () => transport.reset(),
	onLost: listener => transport.onLost(listener),
	close: () => transport.close(),
});

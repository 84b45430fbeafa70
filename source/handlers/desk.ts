import type {Client} from '../client/client.ts';
import type {Config, RemoteConfig, SyncRule} from '../config/config.ts';
import {
	actionKinds,
	type ActionKind,
	type ActionResult,
	type RemoteAction,
} from '../protocol/action.ts';
import type {FleetEvent} from '../protocol/event.ts';
import type {Transport} from '../transport/transport.ts';
import {actionCalls} from './action-calls.ts';
import {chooseEditor} from './editor.ts';
import {createForwards, type Forward} from './forwards.ts';
import {failed, type HandlerContext, type TerminalRun} from './handler.ts';
import {handlers} from './handlers.ts';
import {readHostDiff, type DiffRequest, type HostDiff} from './host-diff.ts';
import {resolveOnHost} from './host-paths.ts';
import type {Inbox} from './inbox.ts';
import {locate, mappedRoots} from './locate.ts';
import type {MappedRoot} from './mapping.ts';
import {Operator} from './operator.ts';
import {objection} from './policy.ts';

/** What a console shows and lends to the requests of its host. */
export type Lent = Pick<HandlerContext, 'showDiff'> & {runInTerminal?: TerminalRun};

/** All that a console does for one host on this laptop. */
export type Desk = {
	readonly inbox: Inbox;
	readonly forwards: readonly Forward[];
	/** Calls back after the inbox or the forwards changed. Returns the unsubscribe. */
	subscribe(listener: () => void): () => void;
	hear(event: FleetEvent): void;
	linkIsLive(): void;
	approve(key: string): void;
	deny(key: string): void;
	/** Acts for the person, at once: they asked for it themselves. */
	act(request: {kind: ActionKind; argument: string; agent: string | null}): Promise<ActionResult>;
	diff(request: DiffRequest, signal: AbortSignal): Promise<HostDiff>;
	lend(lent: Lent): void;
	close(): void;
};

export type DeskParts = {
	/** By which the host knows this console, over all its links. */
	consoleId: string;
	client: Client;
	transport: Pick<Transport, 'forward'>;
	/** Null: host and laptop are one machine. */
	remote: Pick<RemoteConfig, 'ssh' | 'syncUp' | 'syncBidi'> | null;
	handlers: Config['handlers'];
	/** Whether a rule leaves a path (relative to its root) out of the sync. */
	isExcluded(rule: SyncRule, relative: string): boolean;
};

/** Folders do not move often, and each look at them is a round trip. */
const rootsMs = 60_000;

/** Whether acting on such a request would take the person's terminal from them. */
const takesTerminal = (kind: ActionKind, configured: Config['handlers']): boolean =>
	kind === 'ide' && chooseEditor(configured.ide)?.inTerminal === true;

/**
 * What this laptop does without asking its person, whatever comes; the host may give it such requests at once. The
 * editor is among it where the configuration names one with a window: those that run now may be gone by then.
 */
export const actsOn = (configured: Config['handlers']): ActionKind[] =>
	actionKinds.filter(
		kind => configured[kind].policy !== 'ask' && (kind !== 'ide' || hasWindow(configured.ide)),
	);

const hasWindow = (ide: Config['handlers']['ide']): boolean =>
	chooseEditor(ide, {}, () => undefined)?.inTerminal === false;

export const createDesk = ({
	consoleId,
	client,
	transport,
	remote,
	handlers: configured,
	isExcluded,
}: DeskParts): Desk => {
	const ended = new AbortController();
	const listeners = new Set<() => void>();
	const tell = () => {
		for (const listener of [...listeners]) listener();
	};

	const {forward} = transport;
	const forwards =
		remote === null || forward === undefined
			? null
			: createForwards((port, signal) => forward.call(transport, port, signal), {onChange: tell});
	let lent: Lent = {};
	let known: {at: number; roots: Promise<MappedRoot[]>} | undefined;

	const roots = async (): Promise<MappedRoot[]> => {
		if (remote === null) return [oneMachine];
		if (known === undefined || Date.now() - known.at > rootsMs) {
			const found = mappedRoots({
				rules: [...remote.syncUp, ...remote.syncBidi],
				resolveOnHost: resolveOnHost(client, ended.signal),
				isExcluded,
			});
			known = {at: Date.now(), roots: found};
			found.catch(() => (known = undefined));
		}

		return known.roots;
	};

	const context = (): HandlerContext => ({
		handlers: configured,
		ssh: remote?.ssh ?? null,
		locate: async file => locate(file, await roots()),
		forwards,
		...lent,
	});
	const act = (action: RemoteAction) => handlers[action.kind](action, context());
	const operator = new Operator({
		handlers: configured,
		calls: actionCalls(client),
		act,
		consoleId,
		takesTerminal: ({kind}) => takesTerminal(kind, configured),
		onAgentGone: agent => forwards?.release(agent),
	});
	operator.subscribe(tell);

	return {
		get inbox() {
			return operator.inbox;
		},
		get forwards() {
			return forwards?.list() ?? [];
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		hear: event => operator.hear(event),
		linkIsLive: () => operator.linkIsLive(),
		approve: key => operator.approve(key),
		deny: key => operator.deny(key),
		async act({kind, argument, agent}) {
			const wrong = objection(kind, argument);
			if (wrong !== undefined) return failed(wrong);
			const now = new Date().toISOString();
			return act({id: '', kind, argument, agent, cwd: null, requestedAt: now, expiresAt: now});
		},
		diff: (request, signal) => readHostDiff(client, request, signal),
		lend(next) {
			lent = next;
		},
		close() {
			ended.abort();
			operator.close();
			forwards?.close();
			listeners.clear();
		},
	};
};

const oneMachine: MappedRoot = {
	local: '/',
	host: '/',
	isExcluded: () => false,
	hostWritesGit: false,
};

import {existsSync} from 'node:fs';
import path from 'node:path';
import {homeFolder, hostSocket} from '../config/paths.ts';
import {FleetError} from '../errors.ts';
import type {HostStats} from '../protocol/host-info.ts';
import {version} from '../protocol/version.ts';
import {Actions} from './actions/actions.ts';
import {AgentTokens} from './actions/agent-tokens.ts';
import {Agents} from './agents/agents.ts';
import {Registry} from './agents/registry.ts';
import {AttachServer} from './attach/attach-server.ts';
import {closeAll} from './close-all.ts';
import {ownCommand} from './control/own-command.ts';
import {Hub} from './events/hub.ts';
import type {Host} from './host.ts';
import {listen} from './http/listen.ts';
import {createServer} from './http/server.ts';
import {readHostStats} from './info/host-stats.ts';
import {ToolVersions} from './info/tool-versions.ts';
import {Journal} from './journal/journal.ts';
import {Tickets} from './launcher/tickets.ts';
import {installRelays} from './relays/install-relays.ts';
import {routes} from './routes/routes.ts';
import type {Runtime} from './runtimes/runtime.ts';
import {ScreenWatches} from './screens/screen-watches.ts';
import {claimState, type StateClaim} from './state/claim-state.ts';
import {Database} from './state/database.ts';
import {readIdentity} from './state/identity.ts';
import {logFile, openLog, type Log} from './state/log.ts';
import {prepareFolder} from './state/prepare-folder.ts';
import {HostSync} from './sync/host-sync.ts';

const statsEveryMs = 10_000;
const recoverEveryMs = 5000;

export type ServeOptions = {
	stateFolder: string;
	runtime: Runtime;
	/** The person's login environment, where agents and their programs are looked up. */
	environment?: () => Promise<Readonly<Record<string, string>>>;
	/** How this program is started, where agents ask for it: `[node, cli.js]`. */
	command?: readonly string[];
	/** Ends the daemon; the agents stay. */
	signal?: AbortSignal;
	/** Already held, where whoever calls has to know first. */
	claim?: StateClaim;
	log?: Log;
};

export type RunningHost = {
	readonly host: Host;
	/** Resolves when everything is closed, whoever asked for it. */
	readonly closed: Promise<void>;
	close(reason?: string): Promise<void>;
};

/**
 * The daemon, in this process: listening when it resolves. Rejects with `conflict` when another
 * one serves the folder, and with `state-dir-unusable` when the folder cannot hold it.
 */
export const serve = async (options: ServeOptions): Promise<RunningHost> => {
	const {stateFolder, runtime, signal, command = ownCommand()} = options;
	prepareFolder(stateFolder);
	const claim = options.claim ?? claimState(stateFolder);
	if (claim === null) {
		throw new FleetError('conflict', `another daemon serves ${stateFolder}`);
	}

	const log = options.log ?? openLog(logFile(stateFolder));
	const database = new Database(path.join(stateFolder, 'host.db'));
	const journal = new Journal(database);
	const socket = hostSocket(stateFolder);
	const environment =
		options.environment ?? (async () => ({...process.env}) as Record<string, string>);
	const {promise: closed, resolve: settle} = Promise.withResolvers<void>();
	const stopping = new AbortController();
	let ending: {reason: string; agents: boolean} | undefined;
	let known: {at: number; stats: Promise<HostStats>} | undefined;
	const stats = () => {
		if (known === undefined || Date.now() - known.at > 1000) {
			const problems = database.problem === undefined ? [] : [database.problem];
			known = {at: Date.now(), stats: readHostStats(stateFolder, problems)};
		}

		return known.stats;
	};

	const hub: Hub = new Hub({
		journal,
		stats,
		snapshot: () => ({agents: registry.snapshot().agents, actions: actions.waiting, stats: null}),
	});
	const registry = new Registry(database, journal, event => hub.publish(event));
	const actions = new Actions({
		database,
		journal,
		publish: event => hub.publish(event),
		isAttended: () => hub.size > 0,
		actor: kind => hub.actor(kind),
	});
	const agentTokens = new AgentTokens(stateFolder);
	const relays = installRelays(stateFolder, command).catch((error: unknown) => {
		log.write(`the relays cannot be written: ${String(error)}`);
		return null;
	});
	const tickets = new Tickets();
	const host: Host = {
		identity: readIdentity(stateFolder),
		startedAt: new Date().toISOString(),
		stateFolder,
		socket,
		log,
		journal,
		hub,
		registry,
		runtime,
		tickets,
		actions,
		agentTokens,
		agents: new Agents({
			stateFolder,
			home: homeFolder(),
			registry,
			runtime,
			tickets,
			log,
			surroundings: async () => ({
				login: await environment(),
				home: homeFolder(),
				stateFolder,
				socket,
				relays: await relays,
				token: id => agentTokens.issue(id),
			}),
		}),
		screens: new ScreenWatches(runtime),
		tools: new ToolVersions(environment),
		sync: new HostSync({
			stateFolder,
			announce(change) {
				// Of many changes that nobody could read, it is enough to know that there were any.
				const data = {root: change.root, paths: [], rescan: true};
				hub.announce('sync.changed', change, {about: change.root, data});
			},
		}),
		stats,
		get closing() {
			return ending?.reason;
		},
		stop(reason, {agents = false} = {}) {
			ending ??= {reason, agents};
			stopping.abort();
		},
	};
	const attach = new AttachServer(host);
	const server = createServer(host, routes, attach.upgrade);
	const timers = [
		setInterval(() => {
			if (hub.size > 0) void stats().then(current => hub.announce('host.stats', current));
		}, statsEveryMs),
		setInterval(() => {
			if (database.problem === undefined || !database.recover()) return;
			log.write('the database can be written again');
		}, recoverEveryMs),
		setInterval(() => {
			// Nobody can reach this daemon any more; the next one adopts the agents.
			if (server.listening && !existsSync(socket)) host.stop('its socket was removed');
		}, recoverEveryMs),
	];

	let stopListening = async () => {};
	const end = async () => {
		const {reason, agents} = ending!;
		log.write(`closing: ${reason}`);
		for (const timer of timers) clearInterval(timer);
		hub.announce('host.closing', {reason});
		await closeAll(
			[
				['launches', () => (agents ? undefined : tickets.drained()), 5000],
				['events', () => hub.close()],
				['screens', () => host.screens.close()],
				['actions', () => actions.close()],
				['attach', () => attach.close()],
				['agents', () => host.agents.close()],
				['tickets', () => tickets.close()],
				['tools', () => host.tools.close()],
				['sync', () => host.sync.close()],
				['relays', () => relays],
				['server', () => stopListening()],
				// Hundreds of agents do not end in a moment, and what is left half done would stay for ever.
				['runtime', () => (agents ? runtime.destroy() : runtime.close()), agents ? 60_000 : 10_000],
				['database', () => database.close()],
			],
			line => log.write(line),
		);
		log.write('closed');
		log.close();
		claim.release();
		settle();
	};

	stopping.signal.addEventListener('abort', () => void end(), {once: true});
	try {
		await Promise.all([host.agents.start(), relays]);
		stopListening = await listen(server, socket);
	} catch (error) {
		host.stop(`could not start: ${String(error)}`);
		await closed;
		throw error;
	}

	// The first launch need not wait for the login shell.
	environment().catch(() => {});
	log.write(`serving ${socket}: version ${version}, pid ${process.pid}`);
	if (database.problem) log.write(database.problem);
	const abort = () => host.stop('stopped by a signal');
	signal?.addEventListener('abort', abort, {once: true});
	void closed.then(() => signal?.removeEventListener('abort', abort));
	if (signal?.aborted) abort();
	return {
		host,
		closed,
		async close(reason = 'closed') {
			host.stop(reason);
			await closed;
		},
	};
};

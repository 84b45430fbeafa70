import type {HostStats} from '../protocol/host-info.ts';
import type {Actions} from './actions/actions.ts';
import type {AgentTokens} from './actions/agent-tokens.ts';
import type {Agents} from './agents/agents.ts';
import type {Registry} from './agents/registry.ts';
import type {Hub} from './events/hub.ts';
import type {ToolVersions} from './info/tool-versions.ts';
import type {Journal} from './journal/journal.ts';
import type {Tickets} from './launcher/tickets.ts';
import type {Runtime} from './runtimes/runtime.ts';
import type {HostSync} from './sync/host-sync.ts';
import type {ScreenWatches} from './screens/screen-watches.ts';
import type {Log} from './state/log.ts';

/** What a route can reach. */
export type Host = {
	readonly identity: string;
	readonly startedAt: string;
	readonly stateFolder: string;
	readonly socket: string;
	readonly log: Log;
	readonly journal: Journal;
	readonly hub: Hub;
	readonly registry: Registry;
	readonly agents: Agents;
	readonly actions: Actions;
	readonly agentTokens: AgentTokens;
	readonly runtime: Runtime;
	readonly tickets: Tickets;
	readonly screens: ScreenWatches;
	readonly tools: ToolVersions;
	readonly sync: HostSync;
	/** At most a second old. */
	stats(): Promise<HostStats>;
	/** Why it ends, once that has begun. */
	readonly closing: string | undefined;
	/** Begins the end; with `agents` they end too. */
	stop(reason: string, options?: {agents?: boolean}): void;
};

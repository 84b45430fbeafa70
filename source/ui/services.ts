import type {AttachSession} from '../client/client.ts';
import type {UiConfig} from '../config/config.ts';
import type {FleetInput} from '../fleet/slice.ts';
import type {Desk} from '../handlers/desk.ts';
import type {SyncDesk} from '../sync/desk.ts';
import type {AgentScreen} from '../protocol/screen.ts';

/** Where the console hears of a remote: its events and the state of the way to it. */
export type FleetSource = {
	/** Calls back with the link as it is, then with each change and event. Returns the unsubscribe. */
	subscribe(listener: (input: FleetInput) => void): () => void;
	/** A person is here: ends the wait between two attempts, also where the link was refused. */
	retryNow(): void;
};

/** Something that `n` can start: a role of the configuration, or a kind of agent. */
export type Launchable = {
	kind: 'role' | 'agent';
	name: string;
	description: string;
	cwd?: string | null;
	prompt?: string | null;
};

export type LaunchChoice = {
	launchable: Launchable;
	name: string | null;
	cwd: string | null;
	prompt: string | null;
};

/**
 * What the console asks of the host. Each call rejects with a `FleetError` and has its own
 * deadline; what it changes is seen when the event comes, not before.
 */
export type HostCalls = {
	launch(choice: LaunchChoice, signal: AbortSignal): Promise<{id: string}>;
	/** Types the text and submits it. */
	send(id: string, text: string, signal: AbortSignal): Promise<void>;
	/** Answers the question of that id; rejects with `conflict` when it is asked no more. */
	answer(id: string, answer: {id: string; choice: string}, signal: AbortSignal): Promise<void>;
	stop(id: string, signal: AbortSignal): Promise<void>;
	restart(id: string, signal: AbortSignal): Promise<void>;
	remove(id: string, signal: AbortSignal): Promise<void>;
	seen(id: string, signal: AbortSignal): Promise<void>;
	/** The agent's screen now and after each change, until the signal aborts or the link drops. */
	screens(id: string, signal: AbortSignal): AsyncIterable<AgentScreen>;
	/** The agent's screen now, with the lines that have left it. */
	history(id: string, signal: AbortSignal): Promise<AgentScreen>;
	attach(
		id: string,
		options: {cols: number; rows: number; observe?: boolean; signal: AbortSignal},
	): Promise<AttachSession>;
};

/** How a person is called when an agent becomes blocked or done. */
export type NotifySettings = {
	ways: UiConfig['notify'];
	quietHours: UiConfig['quietHours'];
	/** Roles whose agents call nobody. */
	silentRoles: ReadonlySet<string>;
};

/** All that the console needs of the rest of the program, so that a test can be the rest. */
export type ConsoleServices = {
	/** As the header names it: the remote's name, or `local`. */
	remote: string;
	/** How it is reached, as a person reads it: `user@host:22`. */
	transport: string;
	/** The remotes of the configuration, for who attends another than they meant. */
	remotes: readonly string[];
	source: FleetSource;
	host: HostCalls;
	/** What this laptop opens for the host's agents; undefined where it opens nothing. */
	desk?: Desk | undefined;
	/** The rules that keep folders in step with this host; undefined where there are none. */
	sync?: SyncDesk | undefined;
	/** Roles first, then kinds; asked when the form opens. */
	launchables(): Promise<Launchable[]>;
	/** As configured: `ctrl-\`. */
	detachKey: string;
	/** Whether clicks and the wheel are the console's. */
	hasMouse?: boolean;
	/** Where the selected agent's screen stands at first. */
	preview?: UiConfig['preview'];
	/** Whether letters appear before the host echoes them, in an agent's own terminal. */
	localEcho?: UiConfig['localEcho'];
	/** Undefined: the console calls nobody. */
	notify?: NotifySettings | undefined;
};

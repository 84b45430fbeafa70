import type {AgentEvidence} from '../host/arbiter/evidence.ts';
import type {AnswerRequest} from '../protocol/answer.ts';
import type {Attention} from '../protocol/agent.ts';

/** What a kind of agent needs to know for one launch; paths are the host's. */
export type LaunchContext = {
	cwd: string;
	home: string;
	prompt: string | null;
	/** The session that is taken up again; null begins a new one. */
	session?: string | null;
	/** Stands in for the kind's own program and arguments; `shell` runs it. */
	command?: readonly string[] | null;
	args: readonly string[];
	/** A folder of this agent's own (0700) for settings of this launch only. */
	scratch: string;
	/** The host's login shell. */
	shell: string;
	/** The environment of this launch, its secrets not among it. */
	env: Readonly<Record<string, string>>;
	/** The names of its secrets. */
	secrets: readonly string[];
	/** A small file of the host as text, for settings that ours would displace; null where there is none. */
	readFile(file: string): string | null;
};

export type LaunchPlan = {
	argv: string[];
	env: Record<string, string>;
	/** Small settings files to write before the start, by absolute path inside `scratch`. */
	files?: Record<string, string>;
	/**
	 * Secrets that the program asks for itself, and that therefore are not in its environment: their names,
	 * and the pipe inside `scratch` (`keyPipe`) that yields each.
	 */
	keys?: Record<string, string>;
	/** The prompt is typed once the program shows itself, for kinds that take none on argv. */
	typed?: string;
};

/** What the host's kernel tells of processes; answers are empty where it tells nothing. */
export type ProcessView = {
	/** The process and all that it started, itself first. */
	family(pid: number): number[];
	/** Tells a process from a later one with its pid; null when there is none. */
	startedAt(pid: number): string | null;
	openFiles(pid: number): string[];
	environment(pid: number): Readonly<Record<string, string>>;
	/** TCP ports on the loopback that the process listens on. */
	listeningPorts(pid: number): number[];
};

/** A running agent, for whoever watches its own channel. */
export type WatchContext = {
	readonly id: string;
	/** The program that was started. */
	readonly pid: number;
	readonly cwd: string;
	readonly home: string;
	readonly scratch: string;
	readonly processes: ProcessView;
	emit(evidence: AgentEvidence): void;
	/** Aborts when the agent has ended, or the daemon goes. */
	readonly signal: AbortSignal;
};

/** What an answer may use to reach the agent. */
export type AnswerContext = Pick<WatchContext, 'id' | 'pid' | 'home' | 'scratch' | 'processes'> & {
	/** What its terminal shows now. */
	screen(): Promise<readonly string[]>;
	press(input: {text?: string; keys?: string[]}): Promise<void>;
};

/** An event that an agent's hook told of. */
export type HookEvent = {
	/** The agent's own name for it: `PermissionRequest`. */
	event: string;
	/** Names this one event. */
	id: string;
	payload: Readonly<Record<string, unknown>>;
	at: number;
};

/** One kind of agent program: one folder here, one line in the registry. */
export type AgentKind = {
	readonly name: string;
	/** The program looked for on the host's PATH, or null for the login shell. */
	readonly program: string | null;
	/** How a person gets it: "npm i -g @openai/codex". */
	readonly install: string | null;
	/** Its npm package. */
	readonly package?: string;
	/** The first version whose own channel is understood; older ones are known by less, and that is said. */
	readonly oldest?: string;
	plan(context: LaunchContext): LaunchPlan;
	/** Where an earlier session lies, by which a restart takes it up; without this each run begins anew. */
	readonly sessions?: SessionPlace;
	/** What this kind's terminal title says beside its name: "✋ Action Required" is `blocked`. */
	readTitle?(title: string): TitleReading;
	/** What an event of its hooks says; pure. */
	readHook?(event: HookEvent): AgentEvidence[];
	/** Follows the agent's own channel until the signal; what it learns goes to `emit`. */
	watch?(context: WatchContext): Promise<void>;
	/** What it asks for before it has any channel: trust, a login, a theme. Pure; null where it asks nothing. */
	readStartScreen?(lines: readonly string[]): Attention | null;
	/** Its questions are drawn as numbered choices, which can be read off the screen and answered by a digit. */
	readonly asksOnScreen?: boolean;
	/**
	 * Answers a question over the agent's channel. Rejects with `conflict` where it is no longer
	 * asked, and with `not-supported` for an answer that the channel cannot carry.
	 */
	answer?(context: AnswerContext, question: Attention, answer: AnswerRequest): Promise<void>;
};

/** Where a kind keeps its sessions. */
export type SessionPlace = {
	/**
	 * The file that holds this session; `*` stands for what is not known of one name of the path. A session
	 * that nothing was said in has none, and cannot be taken up.
	 */
	file(session: string, place: {home: string; env: Readonly<Record<string, string>>}): string;
	/** Whether the person's own arguments choose a session, or are no interactive one: then theirs decide. */
	isChosen(args: readonly string[]): boolean;
};

export type TitleReading = {
	/** Null where the title says nothing about the state. */
	state: AgentEvidence['state'];
	/** The title without the marks that only tell the state; null where nothing is left. */
	title: string | null;
	attention?: AgentEvidence['attention'];
};

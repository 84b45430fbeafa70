import type {Duplex} from 'node:stream';

/** What a runtime sees of an agent's terminal; the arbiter makes a state of it. */
export type RuntimeEvent =
	| {kind: 'pid'; id: string; pid: number}
	| {kind: 'exit'; id: string; code: number | null; signal: string | null}
	| {kind: 'title'; id: string; title: string}
	| {kind: 'bell'; id: string}
	/** Output was seen; at most about one a second for an agent. */
	| {kind: 'activity'; id: string}
	/** The foreground program's name, as the terminal knows it. */
	| {kind: 'foreground'; id: string; program: string}
	/** A control string that the terminal would swallow (OSC 7501, 9, 777, 9;4, 133), its payload unparsed. */
	| {kind: 'osc'; id: string; payload: string}
	/** Control strings that were not passed on: more than is worth hearing, or longer than any may be. */
	| {kind: 'dropped'; id: string; why: 'too many' | 'longer than 4 KiB'; count: number}
	/** Some of its output was not heard, for it was a flood: what it said in there is not known. */
	| {kind: 'unheard'; id: string}
	/** The terminal is gone without an exit status (killed from outside). */
	| {kind: 'gone'; id: string};

export type TerminalSize = {cols: number; rows: number};

export type RuntimeLaunch = {
	id: string;
	cwd: string;
	size: TerminalSize;
	/** One-time: the launcher in the terminal trades it for the command and environment. */
	ticket: string;
	/** Pipes by which the launcher hands secrets to the agent while it runs; their folders exist. */
	pipes?: readonly string[];
};

/** An agent's terminal that is there, found again after the daemon was away. */
export type RuntimeAgent = {
	id: string;
	pid: number | null;
	exit: {code: number | null; signal: string | null} | null;
	title: string;
};

export type ScreenRequest = {ansi: boolean; history: number};
export type Screen = {
	/** One string a row, without trailing blank rows; with `ansi`, SGR sequences are kept. */
	lines: string[];
	cols: number;
	rows: number;
	cursor: {x: number; y: number; visible: boolean};
	/** Hyperlinks behind texts that are shown, where the terminal does not leave them in the lines. */
	links?: Array<{uri: string; text: string}>;
};

/** A pseudo-terminal joined to an agent's terminal; its bytes are exactly what a terminal gets. */
export type AttachedTerminal = {
	readonly stream: Duplex;
	resize(size: TerminalSize): void;
	close(): void;
};

/** The seam that keeps agents' terminals, so that they outlive the daemon. */
export type Runtime = {
	readonly name: string;
	/** Starts or adopts the keeper, and yields what already runs. */
	start(): Promise<RuntimeAgent[]>;
	launch(launch: RuntimeLaunch): Promise<void>;
	input(id: string, input: {text: string; submit: boolean; keys: string[]}): Promise<void>;
	screen(id: string, request: ScreenRequest): Promise<Screen>;
	attach(id: string, size: TerminalSize, options: {observe: boolean}): Promise<AttachedTerminal>;
	signal(id: string, signal: 'TERM' | 'KILL'): Promise<void>;
	/** Forgets the terminal, its last screen too. */
	remove(id: string): Promise<void>;
	onEvent(listener: (event: RuntimeEvent) => void): () => void;
	/** The daemon goes; the agents stay. */
	close(): Promise<void>;
	/** The agents go too. */
	destroy(): Promise<void>;
};

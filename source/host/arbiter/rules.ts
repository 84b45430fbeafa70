/**
 * How much each source counts: the strongest fresh evidence names the state. What tells a state
 * until it tells another one (an API, a report, a session file, a title) stands above what only
 * tells that something happened (a hook), and that above what merely suggests (output).
 */
export const strength = {
	/** The process ended: nothing argues with that. */
	exit: 100,
	/** A piece of the agent's work that needs a person, whatever the rest does. */
	partBlocked: 92,
	/** The agent's own API. */
	api: 90,
	/** A program status report (OSC 7501) of the program itself. */
	report: 88,
	/** A dialog that the kind is known to begin with, read off its screen: a title says Ready above it. */
	startScreen: 85,
	/** The agent's session file. */
	sessionFile: 80,
	/** A title that the kind is known to draw from its state. */
	title: 60,
	/** Shell prompt marks (OSC 133). */
	shellMarks: 55,
	/** Which program an interactive shell has in front. */
	foreground: 50,
	/** A hook: it tells an event, and arrives late at times. */
	hook: 45,
	/** A piece of the agent's work that goes on, or ended. */
	part: 42,
	/** A progress bar (OSC 9;4). */
	progress: 40,
	/** Started, and nothing else known yet. */
	start: 30,
	/** A report, mark or progress after which some output was not heard: whoever knows better is believed. */
	doubtful: 25,
	/** Something is being printed. */
	output: 20,
	/** The same of a program without a channel: what it prints is the first thing that it does. */
	startPlain: 15,
	/** Bells and notifications: shown in `explain`, never a state by themselves. */
	hint: 10,
	none: 0,
} as const;

/** How long each stays true unless its source says otherwise, in milliseconds. */
export const lifetime = {
	/** A program of a known kind speaks over its channel once it has started, on a busy host later. */
	start: 60_000,
	/** Of a program without a channel nothing else will be told: then what it prints counts. */
	startPlain: 3500,
	/** Activity is told about once a second; three of them may get lost. */
	output: 3500,
	progress: 30_000,
	hint: 60_000,
	/** A hook that says "working" and then nothing: the agent was interrupted or died. */
	hookWorking: 30_000,
} as const;

/** A file's time is the kernel's, which runs a tick behind the clock. */
export const tickMs = 10;

/** `idle` is published only after it held so long: between two tool calls an agent looks idle. */
export const idleHoldMs = 700;

/** A shell's command that ran shorter than this ends no turn: prompts run helpers of their own. */
export const shortestTurnMs = 1200;

/** While a shell starts, its start-up files and our launcher stand in front. */
export const shellStartMs = 3000;

/** The most records of one source; the one that was told of least recently goes first. */
export const mostRecords = 64;

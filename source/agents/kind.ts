import type {AgentEvidence} from '../host/arbiter/evidence.ts';

/** What a kind of agent needs to know for one launch; paths are the host's. */
export type LaunchContext = {
	cwd: string;
	home: string;
	prompt: string | null;
	/** Stands in for the kind's own program and arguments; `shell` runs it. */
	command?: readonly string[] | null;
	args: readonly string[];
	/** A folder of this agent's own (0700) for settings of this launch only. */
	scratch: string;
	/** The host's login shell. */
	shell: string;
};

export type LaunchPlan = {
	argv: string[];
	env: Record<string, string>;
	/** Small settings files to write before the start, by absolute path inside `scratch`. */
	files?: Record<string, string>;
	/** The prompt is typed once the program shows itself, for kinds that take none on argv. */
	typed?: string;
};

/** One kind of agent program: one file in this folder, one line in the registry. */
export type AgentKind = {
	readonly name: string;
	/** The program looked for on the host's PATH, or null for the login shell. */
	readonly program: string | null;
	/** How a person gets it: "npm i -g @openai/codex". */
	readonly install: string | null;
	plan(context: LaunchContext): LaunchPlan;
	/** What this kind's terminal title says beside its name: "✋ Action Required" is `blocked`. */
	readTitle?(title: string): TitleReading;
};

export type TitleReading = {
	/** Null where the title says nothing about the state. */
	state: AgentEvidence['state'];
	/** The title without the marks that only tell the state; null where nothing is left. */
	title: string | null;
	attention?: AgentEvidence['attention'];
};

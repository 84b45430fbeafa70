import type {Config, RemoteConfig} from '../config/config.ts';
import type {Client} from '../client/client.ts';
import type {Prompt} from '../transport/prompt.ts';
import type {Transport} from '../transport/transport.ts';

/** What every command gets: flags already read, and the few things it may ask for, each made when asked. */
export type CommandContext = {
	/** Null: the local host. */
	remoteName: string | null;
	/** What `--config` named, if anything. */
	configFile: string | undefined;
	json: boolean;
	quiet: boolean;
	verbose: boolean;
	signal: AbortSignal;
	/** How a person is asked, where it is not simply at the terminal; set before `transport()`. */
	prompt: Prompt | undefined;
	/** Set by who is about to draw: what is large to load waits for it. */
	drawn: Promise<void> | undefined;
	stdin: NodeJS.ReadStream;
	stdout: NodeJS.WriteStream;
	stderr: NodeJS.WriteStream;
	/** Reads remote.toml; rejects with `config-invalid` (exit 2). */
	config(): Promise<Config>;
	/** The remote that `--remote` names; null for the local host; rejects with `no-such-remote`. */
	remote(): Promise<RemoteConfig | null>;
	transport(): Promise<Transport>;
	/** A client over `transport()`, its protocol major checked on first use. */
	client(): Promise<Client>;
	/** Plain text for a person, to stdout. */
	print(line: string): void;
	/** JSON alone, to stdout, on one line; what a terminal would obey is escaped. */
	printJson(value: unknown): void;
	/** Progress and warnings, to stderr; silent under `--quiet`. */
	note(line: string): void;
};

export type FlagSpec = {
	/** As commander reads it: `--state <state>`, `--attach`. */
	flags: string;
	description: string;
	default?: string | boolean | number;
	/** Given more than once, it collects. */
	repeatable?: boolean;
	choices?: readonly string[];
	/** What the shell completes here. */
	completes?: 'agent' | 'role' | 'remote' | 'credential' | 'state' | 'directory' | 'file';
};

export type ArgumentSpec = {
	/** As commander reads it: `<agent>`, `[agent...]`. */
	name: string;
	description: string;
	completes?: FlagSpec['completes'];
	choices?: readonly string[];
};

/** A command is data: help, completion and the README's table are made from it. */
export type Command = {
	/** `load`, or two words for a group: `host serve`. */
	name: string;
	summary: string;
	arguments?: readonly ArgumentSpec[];
	flags?: readonly FlagSpec[];
	/** Takes what stands behind `--` as `rest`. */
	passThrough?: boolean;
	hidden?: boolean;
	/** The heading that it stands under in the help. */
	group?: 'fleet' | 'agents' | 'laptop' | 'host';
	/** Whole command lines with what they do, for its own help. */
	examples?: ReadonlyArray<readonly [line: string, what: string]>;
	/** Loaded when it runs, so that a quick command pays for no other. Yields the exit code. */
	run(context: CommandContext, input: CommandInput): Promise<number>;
};

export type CommandInput = {
	arguments: readonly string[];
	flags: Readonly<Record<string, string | boolean | number | string[] | undefined>>;
	rest: readonly string[];
};

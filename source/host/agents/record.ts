import type {Agent} from '../../protocol/agent.ts';
import type {TerminalSize} from '../runtimes/runtime.ts';

/** What a restart needs, kept beside the agent; of secrets only the names. */
export type LaunchMemory = {
	command: string[] | null;
	args: string[];
	prompt: string | null;
	env: Record<string, string>;
	secrets: string[];
	size: TerminalSize;
	/** The last session that it told of, for kinds that can take one up. */
	session: string | null;
};

export type AgentRecord = {agent: Agent; launch: LaunchMemory};

export const defaultSize: TerminalSize = {cols: 120, rows: 40};

import type {Runtime} from './runtime.ts';
import {createTmuxRuntime} from './tmux/tmux-runtime.ts';

export type RuntimeOptions = {
	/** The state folder; a runtime keeps its sockets in `run/` there. */
	state: string;
	/** How this program is started again: `[node, cli.js]`. */
	command: readonly string[];
	/** One line for the daemon's log. */
	log?: (line: string) => void;
};

/** A new runtime is one file and one line here. */
export const runtimes = {
	tmux: createTmuxRuntime,
} as const satisfies Record<string, (options: RuntimeOptions) => Runtime>;

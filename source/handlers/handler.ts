import type {RemoteAction} from '../protocol/action.ts';
import type {ActionResult} from '../protocol/action.ts';
import type {Config} from '../config/config.ts';
import type {Mapped, Unmapped} from './mapping.ts';
import type {Forwards} from './forwards.ts';

/** A program that needs the terminal, such as vim; the one who shows the console lends it. */
export type TerminalRun = (program: {argv: string[]; cwd?: string}) => Promise<number | null>;

/** What a handler may use of the laptop and of the way to the host. */
export type HandlerContext = {
	handlers: Config['handlers'];
	/** How an editor here names the host (`user@host`); null when host and laptop are one machine. */
	ssh: string | null;
	/** A host path on this laptop; its links are resolved, and it lies inside the rule's folder. */
	locate(hostPath: string): Promise<Mapped | Unmapped>;
	/** Null when host and laptop are one machine, or the transport cannot. */
	forwards: Forwards | null;
	/** Undefined where there is no terminal to lend. */
	runInTerminal?: TerminalRun | undefined;
	/**
	 * Shows the host's own diff of a folder in the console, and yields whether it did: a person who
	 * is writing there is left alone. Undefined outside of a console.
	 */
	showDiff?: ((request: {agent: string | null; path: string}) => boolean) | undefined;
};

/** Acts on a request that policy let through; whatever goes wrong becomes `failed` and says why. */
export type Handler = (action: RemoteAction, context: HandlerContext) => Promise<ActionResult>;

export const opened = (message: string): ActionResult => ({outcome: 'opened', message});
export const failed = (message: string): ActionResult => ({outcome: 'failed', message});

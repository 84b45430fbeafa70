import {toFleetError} from '../../errors.ts';
import {withRemote} from '../../client/remote-hint.ts';
import {harmless} from '../present/cells.ts';
import type {ConsoleServices} from '../services.ts';
import type {ConsoleContext} from './context.ts';
import type {Pending} from './state.ts';

/** If no event came by then, the mark goes: what is shown is what the host last said. */
const markMs = 20_000;

/**
 * Asks the host for something about an agent. The row carries a mark until its event comes, or
 * until the host took it where that is all there is to it; a refusal is said. Resolves with whether the host took it; never rejects.
 */
export const request = async (
	context: ConsoleContext,
	agent: {id: string; name: string; revision: number},
	{doing, verb, isDoneWhenTaken = false}: {doing: string; verb: string; isDoneWhenTaken?: boolean},
	call: (signal: AbortSignal) => Promise<unknown>,
): Promise<boolean> => {
	const mark: Pending = {verb: doing, revision: agent.revision};
	context.set({pending: new Map(context.get().pending).set(agent.id, mark)});
	try {
		await call(context.signal);
		if (isDoneWhenTaken) {
			unmark(context, agent.id, mark);
			return true;
		}

		const timer = setTimeout(() => unmark(context, agent.id, mark), markMs);
		timer.unref();
		context.signal.addEventListener('abort', () => clearTimeout(timer), {once: true});
		return true;
	} catch (thrown) {
		unmark(context, agent.id, mark);
		if (!context.signal.aborted) sayError(context, `${verb} ${agent.name}`, thrown);
		return false;
	}
};

const unmark = (context: ConsoleContext, id: string, mark: Pending): void => {
	const {pending} = context.get();
	if (pending.get(id) !== mark) return;
	const next = new Map(pending);
	next.delete(id);
	context.set({pending: next});
};

/** The remote that a command line has to name to reach what this console attends. */
export const namedRemote = ({
	remote,
	transport,
}: Pick<ConsoleServices, 'remote' | 'transport'>): string | null =>
	transport === 'local' ? null : remote;

/** Says what went wrong and what to do. */
export const sayError = (context: ConsoleContext, doing: string, thrown: unknown): void => {
	const error = toFleetError(thrown);
	const remote = namedRemote(context.services);
	context.say({
		tone: 'error',
		text: `${doing}: ${harmless(error.message)}`,
		hint: error.hint && harmless(withRemote(error.hint, remote)),
	});
};

/** The marks that still wait: those whose agent has changed or gone since are done. */
export const stillPending = (
	pending: ReadonlyMap<string, Pending>,
	agents: ReadonlyMap<string, {revision: number}>,
): ReadonlyMap<string, Pending> => {
	if (pending.size === 0) return pending;
	const waiting = [...pending].filter(([id, {revision}]) => agents.get(id)?.revision === revision);
	return waiting.length === pending.size ? pending : new Map(waiting);
};

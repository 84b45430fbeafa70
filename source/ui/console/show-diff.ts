import {toFleetError} from '../../errors.ts';
import type {Desk} from '../../handlers/desk.ts';
import type {DiffRequest} from '../../handlers/host-diff.ts';
import {parsePatch} from '../../handlers/patch.ts';
import {harmless} from '../present/cells.ts';
import type {ConsoleContext} from './context.ts';
import {openedDiff} from './state.ts';

/** Opens the host's own diff of a folder over the fleet; what goes wrong is shown in its place. */
export const showDiff = async (
	context: ConsoleContext,
	desk: Desk,
	request: DiffRequest,
): Promise<void> => {
	const agent = request.agent === null ? undefined : context.get().slice.agents.get(request.agent);
	const where = request.path ?? agent?.cwd ?? '';
	const title = harmless(agent ? `${agent.name} · ${where}` : where);
	const opened = openedDiff(title, {agent: request.agent, root: where});
	context.set({mode: opened});
	const update = (patch: object) => {
		const {mode} = context.get();
		// Whoever closed it, or opened another, waits for this no more.
		if (mode.kind === 'diff' && mode.title === opened.title && mode.files === undefined) {
			context.set({mode: {...mode, ...patch}});
		}
	};

	try {
		const {patch, isCut, root} = await desk.diff(request, context.signal);
		update({files: parsePatch(patch), isCut, root});
	} catch (error) {
		update({files: [], problem: harmless(toFleetError(error).message)});
	}
};

import {toFleetError} from '../../errors.ts';
import type {Desk} from '../../handlers/desk.ts';
import {newestLink} from '../../handlers/screen-links.ts';
import type {ActionKind} from '../../protocol/action.ts';
import type {Agent} from '../../protocol/agent.ts';
import type {AgentScreen} from '../../protocol/screen.ts';
import {harmless} from '../present/cells.ts';
import type {ConsoleContext} from './context.ts';
import {sayError} from './request.ts';
import {showDiff} from './show-diff.ts';
import {selectedAgent} from './state.ts';

type WithDesk = (context: ConsoleContext, desk: Desk, agent: Agent) => Promise<void>;

/** For the selected agent, where this console acts for its host; otherwise says why not. */
const atDesk =
	(what: string, work: WithDesk) =>
	(context: ConsoleContext): void => {
		const {desk} = context.services;
		const agent = selectedAgent(context.get());
		if (agent === undefined) return;
		if (desk === undefined) {
			context.say({tone: 'info', text: `${what}: this console opens nothing for its host`});
			return;
		}

		work(context, desk, agent).catch((error: unknown) => {
			if (!context.signal.aborted) sayError(context, what, error);
		});
	};

const act = async (
	context: ConsoleContext,
	desk: Desk,
	request: {kind: ActionKind; argument: string; agent: string},
): Promise<void> => {
	const {outcome, message} = await desk.act(request);
	context.say({tone: outcome === 'opened' ? 'done' : 'error', text: harmless(message)});
};

/**
 * The newest link of an agent: one that it asks to open now, else the lowest on its screen, else
 * the last that it asked for.
 */
export const openLink = atDesk('open', async (context, desk, agent) => {
	const asked = desk.inbox.entries.filter(one => one.kind === 'web' && one.agent === agent.id);
	const waiting = asked.find(({state}) => state === 'waiting');
	if (waiting) {
		desk.approve(waiting.key);
		return;
	}

	const screen = await screenOf(context, agent.id);
	const shown = screen && newestLink(screen.lines, screen.cols, screen.links);
	const link = shown ?? asked[0]?.actions[0]?.argument;
	if (link === undefined) {
		context.say({tone: 'info', text: `open: there is no link on the screen of ${agent.name}`});
		return;
	}

	await act(context, desk, {kind: 'web', argument: link, agent: agent.id});
});

export const openEditor = atDesk('editor', async (context, desk, agent) =>
	act(context, desk, {kind: 'ide', argument: agent.cwd, agent: agent.id}),
);

export const openDiff = atDesk('diff', async (context, desk, agent) =>
	showDiff(context, desk, {agent: agent.id, path: null}),
);

/** The screen that is shown, or the one that the host shows now where none is. */
const screenOf = async (context: ConsoleContext, id: string): Promise<AgentScreen | undefined> => {
	const {preview} = context.get();
	if (preview.id === id && preview.screen) return preview.screen;
	const ended = new AbortController();
	const signal = AbortSignal.any([context.signal, ended.signal, AbortSignal.timeout(5000)]);
	try {
		for await (const screen of context.services.host.screens(id, signal)) return screen;
	} catch (error) {
		throw toFleetError(error);
	} finally {
		ended.abort();
	}

	return undefined;
};

import {isWaiting} from '../../fleet/order.ts';
import {emptyEditor, editorOf} from '../editor.ts';
import type {Agent} from '../../protocol/agent.ts';
import type {CommandId} from '../keys/binding.ts';
import {hasEnded, isRunning} from '../keys/conditions.ts';
import {bindings} from '../keys/bindings.ts';
import type {ConsoleContext} from './context.ts';
import {openDiff, openEditor, openLink} from './open-things.ts';
import {byName} from './press-launch.ts';
import {openSync, syncNow} from './press-sync.ts';
import {sayError, request} from './request.ts';
import {placeOf, placesFor} from '../present/layout.ts';
import {selectedAgent, situationOf, targetsOf, type Asked} from './state.ts';

type Handler = (context: ConsoleContext) => void;

const move =
	(by: (height: number) => number): Handler =>
	context => {
		const {place, layout} = context.get();
		context.goTo(place.selectedIndex + by(Math.max(1, layout.list.height - 1)));
	};

/** Who waits for a person, also where the filter hides them; then the filter goes. */
const goToWaiting =
	(step: 1 | -1): Handler =>
	context => {
		const {list, filter} = context.get();
		const all = list.some(isWaiting) ? list : context.store.order();
		const {selectedId} = context.get().place;
		const from = all.findIndex(agent => agent.id === selectedId);
		for (let i = 1; i <= all.length; i++) {
			const agent = all[(from + step * i + 2 * all.length) % all.length]!;
			if (!isWaiting(agent)) continue;
			if (filter !== '' && all !== list) context.setFilter('');
			context.goToAgent(agent.id);
			return;
		}
	};

/** By half of what is in sight, so that the eye finds its place again. */
const scrollPreview =
	(direction: 1 | -1): Handler =>
	context => {
		const height = context.get().layout.preview?.height ?? 0;
		context.scrollPreview(direction * Math.max(1, Math.floor((height - 1) / 2)));
	};

/** Of those that are marked, a command goes only to those that it says something. */
const suits: Record<Asked, (agent: Agent) => boolean> = {
	stop: isRunning,
	restart: () => true,
	remove: hasEnded,
};

const ask =
	(command: Asked): Handler =>
	context => {
		const agents = targetsOf(context.get()).filter(suits[command]);
		if (agents.length > 0) context.set({mode: {kind: 'confirm', command, agents}});
	};

const attach =
	(observe: boolean): Handler =>
	context => {
		const agent = selectedAgent(context.get());
		if (!agent) return;
		context.terminal.attach(agent, {observe}).then(
			toast => {
				context.set({hasDetached: true});
				if (toast) context.say(toast);
			},
			(error: unknown) => sayError(context, `attach ${agent.name}`, error),
		);
	};

const openLaunch: Handler = context => {
	const empty = {name: emptyEditor, folder: emptyEditor, prompt: emptyEditor};
	context.set({
		mode: {
			kind: 'launch',
			launchables: undefined,
			index: 0,
			prefix: '',
			focus: 'what',
			texts: empty,
		},
	});
	context.services.launchables().then(
		launchables => {
			const {mode} = context.get();
			if (mode.kind !== 'launch') return;
			context.set({mode: {...mode, launchables, ...byName(launchables, mode.prefix, 0)}});
		},
		(error: unknown) => {
			if (context.get().mode.kind === 'launch') context.set({mode: {kind: 'fleet'}});
			sayError(context, 'new', error);
		},
	);
};

const handlers: Record<CommandId, Handler> = {
	attach: attach(false),
	observe: attach(true),
	'next-waiting': goToWaiting(1),
	'previous-waiting': goToWaiting(-1),
	prompt(context) {
		const agents = targetsOf(context.get()).filter(isRunning);
		if (agents.length > 0) context.set({mode: {kind: 'prompt', agents, editor: emptyEditor}});
	},
	answer(context) {
		const agent = selectedAgent(context.get());
		if (!agent?.attention) return;
		context.set({mode: {kind: 'answer', agent, attention: agent.attention, index: 0}});
	},
	new: openLaunch,
	stop: ask('stop'),
	restart(context) {
		const [agent, ...others] = targetsOf(context.get());
		// One that has ended loses nothing by a start: only a running one is asked for.
		if (agent?.state === 'exited' && others.length === 0) void perform(context, 'restart', agent);
		else ask('restart')(context);
	},
	remove: ask('remove'),
	'open-link': openLink,
	editor: openEditor,
	diff: openDiff,
	'sync-now'(context) {
		if (context.services.sync) syncNow(context, context.services.sync);
	},
	sync(context) {
		// Whatever told of it has been heeded.
		context.say(undefined);
		openSync(context, 0);
	},
	inbox(context) {
		const {entries} = context.get().inbox;
		const index = Math.max(
			0,
			entries.findIndex(({state}) => state === 'waiting'),
		);
		context.set({mode: {kind: 'inbox', index}});
	},
	mark(context) {
		const {marked, place} = context.get();
		const {selectedId} = place;
		if (selectedId === undefined) return;
		const next = new Set(marked);
		if (!next.delete(selectedId)) next.add(selectedId);
		context.set({marked: next});
		context.goTo(place.selectedIndex + 1);
	},
	'mark-all'(context) {
		const {list, marked} = context.get();
		const isAll = list.every(({id}) => marked.has(id));
		context.set({marked: isAll ? new Set() : new Set([...marked, ...list.map(({id}) => id)])});
	},
	'preview-up': scrollPreview(-1),
	'preview-down': scrollPreview(1),
	'preview-place'(context) {
		const {layout, isCompact} = context.get();
		const places = placesFor(layout.size, isCompact);
		const now = placeOf(layout);
		context.placePreview(places[(places.indexOf(now) + 1) % places.length]!);
	},
	filter(context) {
		const {filter} = context.get();
		context.set({mode: {kind: 'filter', editor: editorOf(filter)}});
	},
	up: move(() => -1),
	down: move(() => 1),
	'page-up': move(height => -height),
	'page-down': move(height => height),
	top: context => context.goTo(0),
	bottom: context => context.goTo(Infinity),
	retry: context => context.services.source.retryNow(),
	help: context => context.set({mode: {kind: 'help', scroll: 0}}),
	palette: context => context.set({mode: {kind: 'palette', editor: emptyEditor, index: 0}}),
	redraw: context => context.terminal.redraw(),
	suspend(context) {
		context.terminal.suspend().catch((error: unknown) => sayError(context, 'suspend', error));
	},
	back(context) {
		const {toast, filter, preview, marked} = context.get();
		if (toast) context.say(undefined);
		else if (preview.back > 0) context.scrollPreview(Infinity);
		else if (marked.size > 0) context.set({marked: new Set()});
		else if (filter !== '') context.setFilter('');
	},
	quit: context => context.quit(0),
};

/** Gives a command; when it cannot be given now, says why. */
export const runCommand = (context: ConsoleContext, id: CommandId): void => {
	const binding = bindings.find(one => one.id === id);
	const whyNot = binding?.whyNot?.(situationOf(context.get()));
	if (whyNot !== undefined) {
		context.say({tone: 'info', text: `${binding!.label}: ${whyNot}`, isReason: true});
		return;
	}

	// `back` takes away what is said, and nothing else with it.
	if (id !== 'back' && context.get().toast?.isReason) context.say(undefined);
	handlers[id](context);
};

const doing: Record<Asked, string> = {stop: 'stopping', restart: 'restarting', remove: 'removing'};

/** What was asked and answered with yes. */
export const perform = async (
	context: ConsoleContext,
	command: Asked,
	agent: {id: string; name: string; revision: number},
): Promise<boolean> =>
	request(context, agent, {doing: doing[command], verb: command}, async signal =>
		context.services.host[command](agent.id, signal),
	);

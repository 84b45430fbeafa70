import type {Agent, Attention} from '../../protocol/agent.ts';
import type {AgentScreen} from '../../protocol/screen.ts';
import type {Inbox} from '../../handlers/inbox.ts';
import type {PatchFile} from '../../handlers/patch.ts';
import type {OpenConflict, SyncRuleView} from '../../sync/desk.ts';
import type {FleetSlice} from '../../fleet/slice.ts';
import type {ListPlace} from '../../fleet/window.ts';
import type {Editor} from '../editor.ts';
import type {Situation} from '../keys/binding.ts';
import {placesFor, type Layout, type PreviewPlace} from '../present/layout.ts';
import type {Launchable} from '../services.ts';

export type Asked = 'stop' | 'restart' | 'remove';

export const launchFields = ['what', 'name', 'folder', 'prompt'] as const;
export type LaunchField = (typeof launchFields)[number];

/** What the keys go to now. */
export type Mode =
	| {kind: 'fleet'}
	| {kind: 'filter'; editor: Editor}
	| {kind: 'help'; scroll: number}
	| {kind: 'inbox'; index: number}
	| {kind: 'sync'; index: number; conflicts: readonly OpenConflict[]}
	| {
			kind: 'diff';
			title: string;
			agent: string | null;
			/** Whose versions they are, and where it stood on the screen that comes back. */
			conflict: {of: OpenConflict; index: number} | null;
			/** The work tree, once it is known. */
			root: string;
			/** Undefined while it is asked for. */
			files: readonly PatchFile[] | undefined;
			isCut: boolean;
			problem: string | undefined;
			file: number;
			scroll: number;
	  }
	| {kind: 'palette'; editor: Editor; index: number}
	| {kind: 'confirm'; command: Asked; agents: readonly Agent[]}
	| {kind: 'answer'; agent: Agent; attention: Attention; index: number}
	| {kind: 'prompt'; agents: ReadonlyArray<{id: string; name: string}>; editor: Editor}
	| {
			kind: 'launch';
			/** Undefined while they are being asked for. */
			launchables: readonly Launchable[] | undefined;
			index: number;
			/** What was typed to choose one by its name, also while they are being asked for. */
			prefix: string;
			focus: LaunchField;
			texts: Readonly<Record<Exclude<LaunchField, 'what'>, Editor>>;
	  };

export type Toast = {
	text: string;
	hint?: string | undefined;
	tone: 'done' | 'info' | 'warning' | 'error';
	/** Why a key did nothing: whoever gives another command has read it. */
	isReason?: true;
};

/** A request whose event has not come yet. */
export type Pending = {verb: string; revision: number};

export type Preview = {
	id: string | undefined;
	screen: AgentScreen | undefined;
	/** Why there is no screen, when there is none. */
	problem: string | undefined;
	/** How many lines above its end it is scrolled to; then it stands still. */
	back: number;
};

/** All that the screen is drawn from; never changed in place. */
export type ConsoleState = {
	readonly slice: FleetSlice;
	/** The agents that the filter shows, in their order. */
	readonly list: readonly Agent[];
	readonly place: ListPlace;
	readonly filter: string;
	/** The agents that a command is for, where it is not the selected one alone. */
	readonly marked: ReadonlySet<string>;
	readonly mode: Mode;
	readonly toast: Toast | undefined;
	readonly pending: ReadonlyMap<string, Pending>;
	/** What agents asked this laptop to open. */
	readonly inbox: Inbox;
	/** The rules that keep folders in step with this host. */
	readonly sync: readonly SyncRuleView[];
	readonly preview: Preview;
	readonly layout: Layout;
	/** One column, for a side pane, whatever its width. */
	readonly isCompact: boolean;
	/** Where the person wants the preview. */
	readonly previewPlace: PreviewPlace;
	readonly hasColour: boolean;
	/** How the host is reached. */
	readonly transport: string;
	/** The remotes that could be attended. */
	readonly remotes: readonly string[];
	/** As a person reads it: `Ctrl-\`. */
	readonly detachKey: string;
	/** Whether the person has left an agent's terminal yet. */
	readonly hasDetached: boolean;
};

export const selectedAgent = ({list, place}: ConsoleState): Agent | undefined => {
	const agent = list[place.selectedIndex];
	return agent?.id === place.selectedId ? agent : undefined;
};

/** Whom a command is for: those that are marked, in the list's order, or the selected one. */
export const targetsOf = (state: ConsoleState): readonly Agent[] => {
	const {list, slice, marked} = state;
	const selected = selectedAgent(state);
	if (marked.size === 0) return selected ? [selected] : [];
	const shown = list.filter(({id}) => marked.has(id));
	const hidden = [...slice.agents.values()].filter(
		agent => marked.has(agent.id) && !shown.some(({id}) => id === agent.id),
	);
	return [...shown, ...hidden];
};

/** The state as the table of keys asks for it. */
export const situationOf = (state: ConsoleState): Situation => ({
	remote: state.slice.remote,
	link: state.slice.link.phase,
	selected: selectedAgent(state),
	targets: targetsOf(state),
	waiting: state.slice.counts.blocked + state.slice.counts.done,
	agents: state.slice.agents.size,
	shown: state.list.length,
	isFiltered: state.filter !== '',
	leaveKey: state.hasDetached ? undefined : state.detachKey,
	hasPreview: state.layout.preview !== null,
	places: placesFor(state.layout.size, state.isCompact).length,
	rules: state.sync.length,
	conflicts: state.sync.filter(({health}) => health.conflicts > 0 || health.phase === 'halted')
		.length,
	requests: state.inbox.entries.length,
	asking: state.inbox.entries.filter(entry => entry.state === 'waiting').length,
});

/** A diff that is being asked for. */
export const openedDiff = (
	title: string,
	{
		agent = null,
		root = '',
		conflict = null,
	}: Partial<Pick<Extract<Mode, {kind: 'diff'}>, 'agent' | 'root' | 'conflict'>>,
) =>
	({
		kind: 'diff',
		title,
		agent,
		conflict,
		root,
		files: undefined,
		isCut: false,
		problem: undefined,
		file: 0,
		scroll: 0,
	}) as const satisfies Mode;

import {createFleetStore} from '../../fleet/store.ts';
import {select, settle, topPlace} from '../../fleet/window.ts';
import {emptyInbox} from '../../handlers/inbox.ts';
import {layoutFor, type PreviewPlace, type Size} from '../present/layout.ts';
import type {ConsoleServices} from '../services.ts';
import {detachKeyOf} from '../terminal/detach-key.ts';
import type {ConsoleContext, ConsoleTerminal} from './context.ts';
import type {MouseReport} from '../terminal/mouse.ts';
import {filteredList} from './filtered-list.ts';
import {stillThere} from './marks.ts';
import {mouse} from './mouse.ts';
import {paste, press} from './press.ts';
import {watchNotices} from './watch-notices.ts';
import {watchDesk} from './watch-desk.ts';
import {watchSync} from './watch-sync.ts';
import {watchPreview} from './preview.ts';
import {sayError, stillPending} from './request.ts';
import {presentMs, watchSeen} from './seen.ts';
import {selectedAgent, type ConsoleState, type Toast} from './state.ts';

export type Console = {
	get(): ConsoleState;
	subscribe(listener: () => void): () => void;
	press(keys: readonly string[]): void;
	paste(text: string): void;
	mouse(report: MouseReport): void;
	resize(size: Size): void;
	/** Resolves with the exit code when the person leaves. */
	readonly ended: Promise<number>;
	close(): void;
};

export type ConsoleOptions = {
	services: ConsoleServices;
	terminal: ConsoleTerminal;
	size: Size;
	isCompact: boolean;
	hasColour: boolean;
};

const toastMs = {info: 4000, done: 4000, warning: 8000, error: 12_000};
/** After a key that moves the cursor nothing moves under it for so long. */
const holdMs = 1000;

/** The console without its screen: what is known, what is open, and what each key does. */
export const createConsole = ({
	services,
	terminal,
	size,
	isCompact,
	hasColour,
}: ConsoleOptions): Console => {
	const store = createFleetStore(services.remote);
	const ended = Promise.withResolvers<number>();
	const controller = new AbortController();
	const listeners = new Set<() => void>();
	let toastTimer: NodeJS.Timeout | undefined;
	let goal: string | undefined;

	const place = services.preview ?? 'auto';
	let state: ConsoleState = {
		slice: store.get(),
		list: [],
		place: topPlace,
		filter: '',
		marked: new Set(),
		mode: {kind: 'fleet'},
		toast: undefined,
		pending: new Map(),
		inbox: services.desk?.inbox ?? emptyInbox,
		sync: services.sync?.rules ?? [],
		preview: {id: undefined, screen: undefined, problem: undefined, back: 0},
		layout: layoutFor(size, isCompact, place),
		isCompact,
		previewPlace: place,
		hasColour,
		transport: services.transport,
		remotes: services.remotes,
		detachKey: detachKeyOf(services.detachKey).label,
		hasDetached: false,
	};

	const set = (patch: Partial<ConsoleState>) => {
		state = {...state, ...patch};
		attend();
		for (const listener of [...listeners]) listener();
	};

	const listNow = filteredList(() => store.order());
	const preview = watchPreview(services.host, shown => {
		if (!controller.signal.aborted) set({preview: shown});
	});

	const seen = watchSeen(agent => {
		// Should it not arrive, the agent stays `done`, and the next look tells again.
		services.host.seen(agent.id, controller.signal).catch(() => undefined);
	});

	/** Whose screen is watched follows from the state, whatever changed it. */
	const attend = () => {
		const agent = state.layout.preview ? selectedAgent(state) : undefined;
		// Where a person must act first, nobody else knocks: a daemon that was stopped would start again.
		preview.rest(state.slice.link.phase === 'refused');
		preview.watch(agent?.id);
		seen.look(state.mode.kind === 'fleet' && state.slice.link.phase === 'live' ? agent : undefined);
	};

	const refresh = () => {
		const slice = store.get();
		const list = listNow(state.filter);
		let place = settle(state.place, list, state.layout.list.height);
		if (goal !== undefined) {
			const index = list.findIndex(agent => agent.id === goal);
			if (index !== -1) {
				place = select(place, list, index, state.layout.list.height);
				goal = undefined;
			}
		}

		const pending = stillPending(state.pending, slice.agents);
		set({slice, list, place, pending, marked: stillThere(state.marked, slice.agents)});
	};

	const goTo = (index: number) => {
		goal = undefined;
		store.hold(Date.now() + holdMs);
		set({place: select(state.place, state.list, index, state.layout.list.height)});
	};

	const arrange = (next: Size, previewPlace: PreviewPlace) => {
		const layout = layoutFor(next, isCompact, previewPlace);
		set({layout, previewPlace, place: settle(state.place, state.list, layout.list.height)});
	};

	const context: ConsoleContext = {
		services,
		store,
		terminal,
		signal: controller.signal,
		get: () => state,
		set,
		say(toast: Toast | undefined) {
			clearTimeout(toastTimer);
			if (toast) toastTimer = setTimeout(() => set({toast: undefined}), toastMs[toast.tone]);
			set({toast});
		},
		goTo,
		goToAgent(id) {
			goal = id;
			refresh();
		},
		setFilter(filter) {
			const list = listNow(filter);
			const place = settle({...state.place, start: 0}, list, state.layout.list.height);
			set({filter, list, place});
		},
		scrollPreview(lines) {
			const {preview: shown, layout} = state;
			const {id} = shown;
			if (id === undefined || !layout.preview) return;
			const height = layout.preview.height - 1;
			preview.scroll(lines, height).catch((error: unknown) => sayError(context, 'scroll', error));
		},
		placePreview: wanted => arrange(state.layout.size, wanted),
		quit: code => ended.resolve(code),
	};

	const moveMouse = mouse(context);
	let touchedAt = performance.now();
	const touch = () => {
		seen.touch();
		touchedAt = performance.now();
	};

	/** What the person has before their eyes calls for nobody. */
	const isLookedAt = (id: string): boolean => {
		const attached = terminal.attached();
		if (attached !== undefined || !terminal.isShown()) return attached === id;
		if (state.mode.kind !== 'fleet' || !state.layout.preview) return false;
		if (selectedAgent(state)?.id !== id) return false;
		return terminal.hasFocus() ?? performance.now() - touchedAt < presentMs;
	};

	const notices = services.notify
		? watchNotices({
				store,
				settings: services.notify,
				remote: services.remote,
				isLookedAt,
				tell: notice => terminal.notify(notice),
			})
		: undefined;
	const leaveDesk = services.desk ? watchDesk(context, services.desk) : () => {};
	const leaveSync = services.sync ? watchSync(context, services.sync) : () => {};
	const unsubscribe = services.source.subscribe(input => store.push(input));
	const unlisten = store.subscribe(refresh);
	const clock = setInterval(() => store.push({kind: 'clock', now: Date.now()}), 1000);
	refresh();

	return {
		get: () => state,
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		press(keys) {
			store.flush();
			touch();
			const {phase} = state.slice.link;
			if (phase === 'reconnecting' || phase === 'offline') services.source.retryNow();
			for (const key of keys) press(context, key);
		},
		paste(text) {
			touch();
			paste(context, text);
		},
		mouse(report) {
			store.flush();
			touch();
			moveMouse(report);
		},
		resize(next) {
			arrange(next, state.previewPlace);
		},
		ended: ended.promise,
		close() {
			controller.abort();
			notices?.close();
			leaveDesk();
			leaveSync();
			unsubscribe();
			unlisten();
			clearInterval(clock);
			clearTimeout(toastTimer);
			preview.close();
			seen.close();
			store.close();
			listeners.clear();
		},
	};
};

import {frameMs} from '../../fleet/store.ts';
import {FleetError} from '../../errors.ts';
import type {AgentScreen} from '../../protocol/screen.ts';
import {shownLines} from '../present/preview.ts';
import type {HostCalls} from '../services.ts';
import type {Preview} from './state.ts';

/** Passing by an agent with a held key asks for nothing. */
const debounceMs = 120;
const retryMs = 2000;
const remembered = 32;

export type PreviewWatch = {
	/**
	 * Scrolls what is shown, of which `height` lines are in sight; up is negative. The way back is
	 * asked of the host first; at its end the screen is live again.
	 */
	scroll(lines: number, height: number): Promise<void>;
	/** Whose screen to watch from now on; undefined: nobody's. */
	watch(id: string | undefined): void;
	/** Asks the host for nothing while it rests; what is shown stays. */
	rest(isResting: boolean): void;
	close(): void;
};

/**
 * Follows the screen of one agent at a time. What was seen of an agent before is shown while its
 * screen is asked for again.
 */
export const watchPreview = (host: HostCalls, show: (preview: Preview) => void): PreviewWatch => {
	const screens = new Map<string, AgentScreen>();
	let current: string | undefined;
	let controller: AbortController | undefined;
	let startTimer: NodeJS.Timeout | undefined;
	let frameTimer: NodeJS.Timeout | undefined;
	let shownAt = 0;
	let isAtRest = false;
	/** What is scrolled through, while it is. */
	let asked: Promise<AgentScreen> | undefined;
	let past: {screen: AgentScreen; back: number} | undefined;

	const remember = (id: string, screen: AgentScreen) => {
		screens.delete(id);
		screens.set(id, screen);
		if (screens.size > remembered) screens.delete(screens.keys().next().value!);
	};

	const showLive = () => {
		const screen = current === undefined ? undefined : screens.get(current);
		show({id: current, screen, problem: undefined, back: 0});
	};

	const showSoon = (id: string) => {
		if (frameTimer) return;
		frameTimer = setTimeout(
			() => {
				frameTimer = undefined;
				shownAt = Date.now();
				if (id === current && !past) showLive();
			},
			Math.max(0, shownAt + frameMs - Date.now()),
		);
	};

	const follow = async (id: string, signal: AbortSignal): Promise<void> => {
		try {
			for await (const screen of host.screens(id, signal)) {
				if (signal.aborted) return;
				remember(id, screen);
				showSoon(id);
			}
		} catch (error) {
			if (signal.aborted) return;
			if (error instanceof FleetError && error.code === 'no-such-agent') return;
			const problem = error instanceof Error ? error.message : String(error);
			if (!screens.has(id)) show({id, screen: undefined, problem, back: 0});
		}

		if (!signal.aborted) start(id, retryMs);
	};

	const start = (id: string, afterMs: number) => {
		if (isAtRest) return;
		const next = new AbortController();
		controller = next;
		startTimer = setTimeout(() => void follow(id, next.signal), afterMs);
	};

	const stop = () => {
		clearTimeout(startTimer);
		clearTimeout(frameTimer);
		frameTimer = undefined;
		controller?.abort();
		controller = undefined;
	};

	return {
		watch(id) {
			if (id === current) return;
			stop();
			const isFirst = current === undefined;
			current = id;
			past = undefined;
			asked = undefined;
			showLive();
			if (id !== undefined) start(id, isFirst ? 0 : debounceMs);
		},
		rest(isResting) {
			if (isResting === isAtRest) return;
			isAtRest = isResting;
			if (isResting) stop();
			else if (current !== undefined) start(current, 0);
		},
		async scroll(lines, height) {
			const id = current;
			if (id === undefined || (!past && lines >= 0)) return;
			if (!past) {
				const {signal} = (controller ??= new AbortController());
				asked ??= host.history(id, signal).finally(() => {
					asked = undefined;
				});
			}

			const screen = past?.screen ?? (await asked!);
			if (id !== current) return;
			const most = Math.max(0, shownLines(screen).length - height);
			const back = Math.min(most, Math.max(0, (past?.back ?? 0) - lines));
			past = back === 0 ? undefined : {screen, back};
			if (past) show({id, screen, problem: undefined, back});
			else showLive();
		},
		close() {
			stop();
			current = undefined;
		},
	};
};

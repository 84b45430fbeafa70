import {frameMs} from '../../fleet/store.ts';
import {FleetError} from '../../errors.ts';
import type {AgentScreen} from '../../protocol/screen.ts';
import type {HostCalls} from '../services.ts';
import type {Preview} from './state.ts';

/** Passing by an agent with a held key asks for nothing. */
const debounceMs = 120;
const retryMs = 2000;
const remembered = 32;

export type PreviewWatch = {
	/** Whose screen to watch from now on; undefined: nobody's. */
	watch(id: string | undefined): void;
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

	const remember = (id: string, screen: AgentScreen) => {
		screens.delete(id);
		screens.set(id, screen);
		if (screens.size > remembered) screens.delete(screens.keys().next().value!);
	};

	const showSoon = (id: string) => {
		if (frameTimer) return;
		frameTimer = setTimeout(
			() => {
				frameTimer = undefined;
				shownAt = Date.now();
				if (id === current) show({id, screen: screens.get(id), problem: undefined});
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
			if (!screens.has(id)) show({id, screen: undefined, problem});
		}

		if (!signal.aborted) start(id, retryMs);
	};

	const start = (id: string, afterMs: number) => {
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
			show({id, screen: id === undefined ? undefined : screens.get(id), problem: undefined});
			if (id !== undefined) start(id, isFirst ? 0 : debounceMs);
		},
		close() {
			stop();
			current = undefined;
		},
	};
};

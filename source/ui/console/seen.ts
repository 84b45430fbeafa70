import type {Agent} from '../../protocol/agent.ts';

/** The contract's: a preview that was focused so long was looked at. */
const lookMs = 2000;
/** Nobody who pressed no key for so long is taken to be looking. */
export const presentMs = 60_000;

export type SeenWatch = {
	/** The agent whose preview is on the screen now, if any. */
	look(agent: Agent | undefined): void;
	/** A person pressed a key. */
	touch(): void;
	close(): void;
};

/** Tells the host that a finished agent was looked at, once for each time that it finished. */
export const watchSeen = (
	tell: (agent: Agent) => void,
	now: () => number = () => Date.now(),
): SeenWatch => {
	let focused: Agent | undefined;
	let timer: NodeJS.Timeout | undefined;
	let touchedAt = now();
	let told: string | undefined;

	const key = (agent: Agent | undefined) =>
		agent?.state === 'done' ? `${agent.id} ${agent.since}` : undefined;

	const arm = () => {
		clearTimeout(timer);
		timer = undefined;
		const watched = key(focused);
		if (watched === undefined || watched === told || now() - touchedAt > presentMs) return;
		timer = setTimeout(() => {
			told = watched;
			if (focused) tell(focused);
		}, lookMs);
	};

	return {
		look(agent) {
			const isSame = agent?.id === focused?.id && key(agent) === key(focused);
			focused = agent;
			if (!isSame) arm();
		},
		touch() {
			touchedAt = now();
			if (timer === undefined) arm();
		},
		close() {
			clearTimeout(timer);
			focused = undefined;
		},
	};
};

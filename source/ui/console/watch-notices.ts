import {isQuiet} from '../../config/quiet-hours.ts';
import type {FleetStore} from '../../fleet/store.ts';
import {arrivals, isCalling, noDoubts} from '../../fleet/notices.ts';
import {noticeOf, type Notice} from '../../fleet/notice-text.ts';
import type {Agent} from '../../protocol/agent.ts';
import type {NotifySettings} from '../services.ts';

/** What comes so shortly after another is told with it. */
const gatherMs = 150;
/** Nobody is called more often than that. */
const apartMs = 1000;

export type NoticeWatch = {close(): void};

/**
 * Calls the person once for each agent that becomes blocked or done, many at one go as one; not for
 * what they look at, for silenced roles, in quiet hours, or for what is over before it was told.
 */
export const watchNotices = ({
	store,
	settings,
	remote,
	isLookedAt,
	tell,
}: {
	store: FleetStore;
	settings: NotifySettings;
	remote: string;
	isLookedAt(id: string): boolean;
	tell(notice: Notice): void;
}): NoticeWatch => {
	const waiting = new Map<string, Agent>();
	let doubts = noDoubts;
	let timer: NodeJS.Timeout | undefined;
	let toldAt = -Infinity;

	const tellAll = () => {
		timer = undefined;
		const {agents} = store.get();
		const still = [...waiting.values()].flatMap(one => {
			const now = agents.get(one.id);
			return now && isCalling(now) && !isLookedAt(now.id) ? [now] : [];
		});
		waiting.clear();
		if (still.length === 0) return;
		toldAt = performance.now();
		tell(noticeOf(remote, still));
	};

	const unsubscribe = store.onStep(step => {
		const found = arrivals(step, doubts);
		doubts = found.doubts;
		if (found.agents.length === 0 || isQuiet(settings.quietHours, new Date())) return;
		for (const agent of found.agents) {
			const isSilent = agent.role !== null && settings.silentRoles.has(agent.role);
			if (!isSilent && !isLookedAt(agent.id)) waiting.set(agent.id, agent);
		}

		if (waiting.size > 0) {
			timer ??= setTimeout(tellAll, Math.max(gatherMs, toldAt + apartMs - performance.now()));
		}
	});
	return {
		close() {
			unsubscribe();
			clearTimeout(timer);
			waiting.clear();
		},
	};
};

import {haltText} from '../../sync/present-report.ts';
import type {SyncDesk} from '../../sync/desk.ts';
import type {ConsoleContext} from './context.ts';

/** Shows how the rules are, and says once what needs a person. Returns the end. */
export const watchSync = (context: ConsoleContext, desk: SyncDesk): (() => void) => {
	const told = new Map<string, string>();
	const hear = () => {
		const {mode} = context.get();
		const sync = desk.rules;
		context.set({
			sync,
			...(mode.kind === 'sync' ? {mode: {...mode, conflicts: desk.conflicts()}} : {}),
		});
		for (const {local, health} of sync) {
			const news =
				health.halted !== undefined
					? `sync of ${local} is halted: ${haltText(health.halted)}`
					: health.conflicts > 0
						? `${health.conflicts} open conflict${health.conflicts === 1 ? '' : 's'} in ${local}`
						: '';
			if (told.get(local) === news) continue;
			told.set(local, news);
			if (news !== '')
				context.say({
					tone: 'warning',
					text: news,
					hint: mode.kind === 'sync' ? undefined : '`S` shows what to do.',
				});
		}
	};

	const unsubscribe = desk.subscribe(hear);
	hear();
	return unsubscribe;
};

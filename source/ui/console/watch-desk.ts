import type {Desk} from '../../handlers/desk.ts';
import type {InboxEntry} from '../../handlers/inbox.ts';
import type {ConsoleContext} from './context.ts';
import {showDiff} from './show-diff.ts';

const verbs: Record<InboxEntry['kind'], string> = {
	web: 'open',
	ide: 'edit',
	diff: 'see the diff of',
};

const nameMs = 50;

/**
 * Shows what agents ask for and what became of it, and lends this console to it. Returns the end.
 */
export const watchDesk = (context: ConsoleContext, desk: Desk): (() => void) => {
	const told = new Map<string, InboxEntry['state']>();
	for (const {key, state} of desk.inbox.entries) told.set(key, state);

	let again: NodeJS.Timeout | undefined;
	const hear = () => {
		const {inbox} = desk;
		context.set({inbox});
		// The oldest first, so that the newest is what stays on the screen.
		for (const entry of inbox.entries.toReversed()) {
			if (told.get(entry.key) === entry.state) continue;
			// A request that waited before this console came is heard before the agents are: it is told by name.
			if (entry.agent !== null && !context.get().slice.isKnown) {
				clearTimeout(again);
				again = setTimeout(hear, nameMs);
				continue;
			}

			told.set(entry.key, entry.state);
			say(context, entry);
		}

		if (told.size > 2 * inbox.entries.length + 100) {
			const kept = new Set(inbox.entries.map(({key}) => key));
			for (const key of told.keys()) if (!kept.has(key)) told.delete(key);
		}
	};

	const unsubscribe = desk.subscribe(hear);
	desk.lend({
		runInTerminal: program => context.terminal.run(program),
		showDiff(request) {
			if (context.get().mode.kind !== 'fleet') return false;
			void showDiff(context, desk, request);
			return true;
		},
	});
	hear();
	return () => {
		unsubscribe();
		clearTimeout(again);
		desk.lend({});
	};
};

const say = (context: ConsoleContext, entry: InboxEntry): void => {
	const who = nameOf(context, entry.agent);
	if (entry.state === 'waiting') {
		const text = `${who} asks to ${verbs[entry.kind]} ${entry.text}`;
		context.say({tone: 'warning', text, hint: '`i` opens the inbox.'});
	} else if (entry.state === 'done' && entry.result !== null) {
		const {outcome, message} = entry.result;
		const tone = outcome === 'opened' ? 'done' : outcome === 'failed' ? 'error' : 'info';
		const said = outcome === 'opened' ? message : `${outcome}: ${message}`;
		context.say({tone, text: `${who}: ${said}`});
	}
};

const nameOf = (context: ConsoleContext, id: string | null): string =>
	(id === null ? undefined : context.get().slice.agents.get(id)?.name) ?? 'someone on the host';

import type {Binding} from './binding.ts';
import {needsLink, needsRules} from './conditions.ts';

/** Enter while the host is not there; `attach` has that key only while it is. */
export const retry: Binding = {
	id: 'retry',
	keys: ['enter'],
	label: 'try again',
	description: 'Try to reach the host again now',
	group: 'console',
	priority: 100,
	whyNot: ({link, remote}) =>
		link === 'live' || link === 'connecting' ? `${remote} is connected` : undefined,
};

/** What concerns the console as a whole. */
export const consoleKeys: readonly Binding[] = [
	{
		id: 'sync-now',
		keys: ['s'],
		label: 'sync',
		description: 'Sync both sides now',
		group: 'console',
		priority: 61,
		whyNot: situation => needsRules(situation) ?? needsLink(situation),
	},
	{
		id: 'sync',
		keys: ['S'],
		label: 'conflicts',
		description: 'Show the sync rules and open conflicts',
		group: 'console',
		priority: ({conflicts}) => (conflicts > 0 ? 91 : 46),
		whyNot: needsRules,
	},
	{
		id: 'preview-place',
		keys: ['w'],
		label: 'preview',
		description: "Put the agent's screen beside, below, away",
		group: 'console',
		priority: ({shown}) => (shown > 0 ? 30 : 0),
		whyNot: ({places}) => (places > 1 ? undefined : 'the terminal is too small for it'),
	},
	{
		id: 'back',
		keys: ['esc'],
		label: 'show all',
		description: 'Leave what is open, the marks, the filter',
		group: 'console',
		priority: ({isFiltered}) => (isFiltered ? 94 : 0),
	},
	{
		id: 'palette',
		keys: [':'],
		label: 'commands',
		description: 'Find a command by its name',
		group: 'console',
		priority: 40,
	},
	{
		id: 'help',
		keys: ['?'],
		label: 'help',
		description: 'Show all keys',
		group: 'console',
		priority: 85,
	},
	{
		id: 'redraw',
		keys: ['ctrl+l'],
		label: 'redraw',
		description: 'Draw the screen again',
		group: 'console',
		priority: 0,
	},
	{
		id: 'suspend',
		keys: ['ctrl+z'],
		label: 'suspend',
		description: 'Back to the shell; `fg` returns',
		group: 'console',
		priority: 0,
	},
	{
		id: 'quit',
		keys: ['q', 'ctrl+c'],
		label: 'quit',
		description: 'Leave; the agents stay and work on',
		group: 'console',
		priority: 88,
	},
];

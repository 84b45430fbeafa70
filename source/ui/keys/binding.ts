import type {LinkState} from '../../fleet/link.ts';
import type {Agent} from '../../protocol/agent.ts';

export const commandIds = [
	'attach',
	'observe',
	'next-waiting',
	'previous-waiting',
	'mark',
	'mark-all',
	'prompt',
	'answer',
	'new',
	'stop',
	'restart',
	'remove',
	'open-link',
	'editor',
	'diff',
	'inbox',
	'sync-now',
	'sync',
	'preview-up',
	'preview-down',
	'preview-place',
	'filter',
	'up',
	'down',
	'page-up',
	'page-down',
	'top',
	'bottom',
	'retry',
	'help',
	'palette',
	'redraw',
	'suspend',
	'back',
	'quit',
] as const;
export type CommandId = (typeof commandIds)[number];

/** What decides whether a command can be given now. */
export type Situation = {
	remote: string;
	link: LinkState['phase'];
	selected: Agent | undefined;
	/** Whom a command is for: the marked ones, or the selected one. */
	targets: readonly Agent[];
	/** How many agents wait for a person. */
	waiting: number;
	/** How many agents there are, and how many of them the filter shows. */
	agents: number;
	shown: number;
	isFiltered: boolean;
	/** What leaves an agent's terminal; undefined for who has done it. */
	leaveKey: string | undefined;
	/** Whether the selected agent's screen is on the screen. */
	hasPreview: boolean;
	/** How many places there are for it. */
	places: number;
	/** How many sync rules there are, and how many conflicts and halted rules wait for the person. */
	rules: number;
	conflicts: number;
	/** How many requests the inbox holds, and how many of them wait for the person. */
	requests: number;
	asking: number;
};

export type Binding = {
	id: CommandId;
	/** As the terminal names them: `enter`, `shift+tab`, `ctrl+z`, or the letter itself. */
	keys: readonly string[];
	/** In a word. */
	label: string;
	/** Said in the footer behind the label, as long as it is news. */
	news?(situation: Situation): string | undefined;
	description: string;
	group: 'agents' | 'moving' | 'console';
	/** The footer shows the highest first, as many as fit; 0 never. */
	priority: number | ((situation: Situation) => number);
	/** It ends something: it asks before. */
	isDangerous?: boolean;
	/** Undefined when it can be given now, otherwise why not, as a sentence's end. */
	whyNot?(situation: Situation): string | undefined;
};

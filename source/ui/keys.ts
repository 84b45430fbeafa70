import type {LinkState} from '../fleet/link.ts';
import type {Agent} from '../protocol/agent.ts';

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

const needsLink = ({link, remote}: Situation): string | undefined =>
	link === 'live' ? undefined : `${remote} is not connected now`;

const needsAgent = (situation: Situation): string | undefined =>
	situation.selected ? needsLink(situation) : 'no agent is selected';

const needsList = ({shown}: Situation): string | undefined =>
	shown > 0 ? undefined : 'there is nothing to move through';

const needsPreview = (situation: Situation): string | undefined =>
	situation.selected && situation.hasPreview
		? needsLink(situation)
		: 'no screen of an agent is in sight';

const needsRunning = (situation: Situation): string | undefined =>
	needsAgent(situation) ??
	(situation.selected?.state === 'exited' ? `${situation.selected.name} has ended` : undefined);

/** For commands that may be given to many: one that it suits is enough. */
const needsTarget =
	(suits: (agent: Agent) => boolean, otherwise: string) =>
	(situation: Situation): string | undefined => {
		const {targets} = situation;
		if (targets.length === 0) return 'no agent is selected';
		if (targets.some(suits)) return needsLink(situation);
		return `${targets.length === 1 ? targets[0]!.name : 'none of the marked ones'} ${otherwise}`;
	};

export const isRunning = ({state}: Agent): boolean => state !== 'exited';
export const hasEnded = ({state}: Agent): boolean => state === 'exited';

const needsRunningTarget = (situation: Situation): string | undefined =>
	needsTarget(isRunning, situation.targets.length === 1 ? 'has ended' : 'runs')(situation);

const needsTerminal = (situation: Situation): string | undefined =>
	needsAgent(situation) ??
	(situation.selected?.state === 'exited'
		? `${situation.selected.name} has ended; r starts it again`
		: undefined);

const needsRules = ({rules, remote}: Situation): string | undefined =>
	rules > 0 ? undefined : `${remote} has no sync rules`;

const needsQuestion = (situation: Situation): string | undefined =>
	needsRunning(situation) ??
	(situation.selected?.state !== 'blocked'
		? `${situation.selected?.name} asks nothing now`
		: situation.selected.attention?.id && situation.selected.attention.choices.length > 0
			? undefined
			: 'that takes more than a choice; ↵ attaches');

const needsWaiting = ({waiting}: Situation): string | undefined =>
	waiting > 0 ? undefined : 'nobody waits for you';

/**
 * Every key of the console, once. The footer, the help, the palette and the README's table are
 * made of it. Where two share a key, the first that can be given now has it.
 */
export const bindings: readonly Binding[] = [
	{
		id: 'retry',
		keys: ['enter'],
		label: 'try again',
		description: 'Try to reach the host again now',
		group: 'console',
		priority: 100,
		whyNot: ({link, remote}) =>
			link === 'live' || link === 'connecting' ? `${remote} is connected` : undefined,
	},
	{
		id: 'attach',
		keys: ['enter'],
		label: 'attach',
		news: ({leaveKey}) => leaveKey && `(${leaveKey} leaves)`,
		description: "Open the agent's own terminal, full screen",
		group: 'agents',
		priority: 95,
		whyNot: needsTerminal,
	},
	{
		id: 'next-waiting',
		keys: ['tab'],
		label: 'next',
		description: 'Go to the next agent that waits for you',
		group: 'agents',
		priority: 90,
		whyNot: needsWaiting,
	},
	{
		id: 'previous-waiting',
		keys: ['shift+tab'],
		label: 'previous',
		description: 'Go to the previous agent that waits for you',
		group: 'agents',
		priority: 0,
		whyNot: needsWaiting,
	},
	{
		id: 'mark',
		keys: [' '],
		label: 'mark',
		description: 'Mark it: p, x, r and D go to all marked',
		group: 'agents',
		priority: 20,
		whyNot: needsList,
	},
	{
		id: 'mark-all',
		keys: ['*'],
		label: 'mark all',
		description: 'Mark all that are shown, or none again',
		group: 'agents',
		priority: 0,
		whyNot: needsList,
	},
	{
		id: 'prompt',
		keys: ['p'],
		label: 'prompt',
		description: 'Send the agent a prompt without attaching',
		group: 'agents',
		priority: 80,
		whyNot: needsRunningTarget,
	},
	{
		id: 'answer',
		keys: ['a'],
		label: 'answer',
		description: 'Answer what the agent asks',
		group: 'agents',
		priority: 92,
		whyNot: needsQuestion,
	},
	{
		id: 'new',
		keys: ['n'],
		label: 'new',
		description: 'Start an agent',
		group: 'agents',
		priority: 75,
		whyNot: needsLink,
	},
	{
		id: 'stop',
		keys: ['x'],
		label: 'stop',
		description: 'Stop the agent',
		group: 'agents',
		priority: 55,
		isDangerous: true,
		whyNot: needsRunningTarget,
	},
	{
		id: 'restart',
		keys: ['r'],
		label: 'restart',
		description: 'Start the agent again, same role',
		group: 'agents',
		priority: 50,
		isDangerous: true,
		whyNot: needsAgent,
	},
	{
		id: 'remove',
		keys: ['D', 'delete'],
		label: 'remove',
		description: 'Forget an agent that has ended',
		group: 'agents',
		priority: 45,
		isDangerous: true,
		whyNot: situation =>
			needsTarget(
				hasEnded,
				situation.targets.length === 1 ? 'still runs: stop it first' : 'has ended',
			)(situation),
	},
	{
		id: 'observe',
		keys: ['v'],
		label: 'view',
		description: "Open the agent's terminal, only to look",
		group: 'agents',
		priority: 35,
		whyNot: needsTerminal,
	},
	{
		id: 'open-link',
		keys: ['o'],
		label: 'open',
		description: 'Open its newest link in the browser here',
		group: 'agents',
		priority: 70,
		whyNot: needsAgent,
	},
	{
		id: 'editor',
		keys: ['e'],
		label: 'editor',
		description: 'Open its folder in the editor here',
		group: 'agents',
		priority: 65,
		whyNot: needsAgent,
	},
	{
		id: 'diff',
		keys: ['d'],
		label: 'diff',
		description: 'Show what changed in its folder',
		group: 'agents',
		priority: 62,
		whyNot: needsAgent,
	},
	{
		id: 'inbox',
		keys: ['i'],
		label: 'inbox',
		description: 'Show what agents asked to open here',
		group: 'agents',
		priority: ({requests, asking}) => (asking > 0 ? 93 : requests > 0 ? 48 : 0),
	},
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
		id: 'up',
		keys: ['up', 'k'],
		label: 'up',
		description: 'Go to the agent above',
		group: 'moving',
		priority: 0,
		whyNot: needsList,
	},
	{
		id: 'down',
		keys: ['down', 'j'],
		label: 'down',
		description: 'Go to the agent below',
		group: 'moving',
		priority: 0,
		whyNot: needsList,
	},
	{
		id: 'page-up',
		keys: ['pageup', 'ctrl+b'],
		label: 'page up',
		description: 'Go up a page',
		group: 'moving',
		priority: 0,
		whyNot: needsList,
	},
	{
		id: 'page-down',
		keys: ['pagedown', 'ctrl+f'],
		label: 'page down',
		description: 'Go down a page',
		group: 'moving',
		priority: 0,
		whyNot: needsList,
	},
	{
		id: 'top',
		keys: ['g', 'home'],
		label: 'first',
		description: 'Go to the first agent',
		group: 'moving',
		priority: 0,
		whyNot: needsList,
	},
	{
		id: 'bottom',
		keys: ['G', 'end'],
		label: 'last',
		description: 'Go to the last agent',
		group: 'moving',
		priority: 0,
		whyNot: needsList,
	},
	{
		id: 'preview-up',
		keys: ['K', 'ctrl+u'],
		label: 'scroll up',
		description: "Scroll the agent's screen back",
		group: 'moving',
		priority: 0,
		whyNot: needsPreview,
	},
	{
		id: 'preview-down',
		keys: ['J', 'ctrl+d'],
		label: 'scroll down',
		description: 'Scroll it forward again; `Esc` to its end',
		group: 'moving',
		priority: 0,
		whyNot: needsPreview,
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
		id: 'filter',
		keys: ['/'],
		label: 'filter',
		description: 'Filter by name, role, title or state',
		group: 'moving',
		priority: 60,
		whyNot: ({agents}) => (agents > 0 ? undefined : 'there are no agents to filter'),
	},
	{
		id: 'back',
		keys: ['esc'],
		label: 'show all',
		description: 'Leave what is open, the marks, the filter',
		group: 'console',
		priority: 0,
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

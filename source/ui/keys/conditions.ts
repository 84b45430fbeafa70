import type {Agent} from '../../protocol/agent.ts';
import type {Situation} from './binding.ts';

export const needsLink = ({link, remote}: Situation): string | undefined =>
	link === 'live' ? undefined : `${remote} is not connected now`;

export const needsAgent = (situation: Situation): string | undefined =>
	situation.selected ? needsLink(situation) : 'no agent is selected';

export const needsList = ({shown}: Situation): string | undefined =>
	shown > 0 ? undefined : 'there is nothing to move through';

export const needsPreview = (situation: Situation): string | undefined =>
	situation.selected && situation.hasPreview
		? needsLink(situation)
		: 'no screen of an agent is in sight';

export const needsRunning = (situation: Situation): string | undefined =>
	needsAgent(situation) ??
	(situation.selected?.state === 'exited' ? `${situation.selected.name} has ended` : undefined);

/** For commands that may be given to many: one that it suits is enough. */
export const needsTarget =
	(suits: (agent: Agent) => boolean, otherwise: string) =>
	(situation: Situation): string | undefined => {
		const {targets} = situation;
		if (targets.length === 0) return 'no agent is selected';
		if (targets.some(suits)) return needsLink(situation);
		return `${targets.length === 1 ? targets[0]!.name : 'none of the marked ones'} ${otherwise}`;
	};

export const isRunning = ({state}: Agent): boolean => state !== 'exited';
export const hasEnded = ({state}: Agent): boolean => state === 'exited';

export const needsRunningTarget = (situation: Situation): string | undefined =>
	needsTarget(isRunning, situation.targets.length === 1 ? 'has ended' : 'runs')(situation);

export const needsTerminal = (situation: Situation): string | undefined =>
	needsAgent(situation) ??
	(situation.selected?.state === 'exited'
		? `${situation.selected.name} has ended; r starts it again`
		: undefined);

export const needsRules = ({rules, remote}: Situation): string | undefined =>
	rules > 0 ? undefined : `${remote} has no sync rules`;

export const needsQuestion = (situation: Situation): string | undefined =>
	needsRunning(situation) ??
	(situation.selected?.state !== 'blocked'
		? `${situation.selected?.name} asks nothing now`
		: situation.selected.attention?.id && situation.selected.attention.choices.length > 0
			? undefined
			: 'that takes more than a choice; ↵ attaches');

export const needsWaiting = ({waiting}: Situation): string | undefined =>
	waiting > 0 ? undefined : 'nobody waits for you';

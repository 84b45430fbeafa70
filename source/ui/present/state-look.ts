import type {Agent, AgentState} from '../../protocol/agent.ts';
import type {Style} from './paint.ts';

export type StateLook = {glyph: string; style: Style};

const looks: Record<AgentState, StateLook> = {
	blocked: {glyph: '◆', style: {badge: true, bold: true}},
	done: {glyph: '✓', style: {colour: 'green'}},
	working: {glyph: '●', style: {colour: 'cyan'}},
	starting: {glyph: '◐', style: {colour: 'cyan'}},
	idle: {glyph: '○', style: {}},
	unknown: {glyph: '?', style: {colour: 'grey'}},
	exited: {glyph: '✗', style: {colour: 'grey'}},
};

/** How a state reads: a glyph as well as a colour, so that it reads without colour. */
export const lookOf = (state: AgentState): StateLook => looks[state];

const failed: StateLook = {glyph: '✗', style: {colour: 'red'}};

/** The same for one agent: one that failed stands out, one that ended well does not. */
export const agentLook = (agent: Agent): StateLook =>
	agent.state === 'exited' && !hasEndedWell(agent) ? failed : looks[agent.state];

export const hasEndedWell = ({exit}: Pick<Agent, 'exit'>): boolean => exit?.code === 0;

/** The state as a word or two: `blocked`, `exited 1`, `exited KILL`. */
export const stateLabel = (agent: Agent): string => {
	if (agent.state !== 'exited' || !agent.exit) return agent.state;
	const how = agent.exit.signal?.replace(/^SIG/, '') ?? agent.exit.code;
	return how === null || how === undefined ? 'exited' : `exited ${how}`;
};

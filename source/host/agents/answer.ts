import {findAgentKind} from '../../agents/registry.ts';
import {tooLate} from '../../agents/hooks/asks.ts';
import {FleetError} from '../../errors.ts';
import {answerOnScreen} from '../../agents/screen-question.ts';
import type {Agent} from '../../protocol/agent.ts';
import type {AnswerRequest} from '../../protocol/answer.ts';
import {processView} from '../process-view.ts';
import type {Runtime} from '../runtimes/runtime.ts';

/**
 * Answers what the agent asks now. Rejects with `conflict` when it is asked no more, or something
 * else is; with `not-supported` when the agent has no way to be answered from outside its terminal.
 */
export const answerAgent = async (
	agent: Agent,
	answer: AnswerRequest,
	{runtime, home, scratch}: {runtime: Runtime; home: string; scratch: string},
): Promise<void> => {
	const {id, attention, pid} = agent;
	if (agent.state !== 'blocked' || attention?.id !== answer.id) throw tooLate();
	const kind = findAgentKind(agent.agent);
	// A dialog of a program's start is known by its screen alone, also where its questions are not.
	const isOnScreenAlone = attention.id.startsWith('screen-') && kind?.asksOnScreen !== true;
	const reply = isOnScreenAlone ? answerOnScreen() : kind?.answer;
	if (!reply || pid === null) {
		throw new FleetError('not-supported', `${agent.name} cannot be answered from outside`, {
			hint: `attach to it: console attach ${agent.name}`,
		});
	}

	await reply(
		{
			id,
			pid,
			home,
			scratch,
			processes: processView,
			screen: async () => (await runtime.screen(id, {ansi: false, history: 0})).lines,
			press: ({text = '', keys = []}) => runtime.input(id, {text, keys, submit: false}),
		},
		attention,
		answer,
	);
};

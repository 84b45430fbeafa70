import type {ConsoleContext} from './context.ts';
import {request} from './request.ts';
import type {Mode} from './state.ts';

type AnswerMode = Extract<Mode, {kind: 'answer'}>;

/** One key while a question's choices are open. */
export const pressAnswer = (context: ConsoleContext, key: string, mode: AnswerMode): void => {
	const {choices} = mode.attention;
	if (key === 'esc' || key === 'q') return context.set({mode: {kind: 'fleet'}});
	const step = {up: -1, k: -1, 'shift+tab': -1, down: 1, j: 1, tab: 1}[key];
	if (step !== undefined) {
		return context.set({
			mode: {...mode, index: (mode.index + step + choices.length) % choices.length},
		});
	}

	const index = key === 'enter' ? mode.index : /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
	const choice = choices[index];
	if (choice === undefined) return;
	context.set({mode: {kind: 'fleet'}});
	answer(context, mode, choice.id);
};

/** The question's own id goes with it: the host refuses an answer to one that is asked no more. */
const answer = (context: ConsoleContext, {agent, attention}: AnswerMode, choice: string): void => {
	const now = context.get().slice.agents.get(agent.id);
	if (!now || attention.id === null) {
		context.say({tone: 'error', text: `${agent.name} is gone: nothing was answered`});
		return;
	}

	const given = {id: attention.id, choice};
	void request(context, now, {doing: 'answering', verb: 'answer'}, signal =>
		context.services.host.answer(agent.id, given, signal),
	);
};

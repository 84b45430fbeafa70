import {FleetError} from '../../errors.ts';
import type {Attention} from '../../protocol/agent.ts';
import type {AnswerRequest} from '../../protocol/answer.ts';
import {tooLate} from '../hooks/asks.ts';
import type {AnswerContext} from '../kind.ts';
import {call, findServer} from './api.ts';

/** Answers over opencode's API, which refuses a request that it no longer has. */
export const answerOpencode = async (
	{pid, processes}: AnswerContext,
	question: Attention,
	answer: AnswerRequest,
): Promise<void> => {
	const server = findServer(pid, processes);
	if (!server || !/^[A-Za-z0-9_-]+$/.test(question.id ?? '')) throw tooLate();
	if (question.kind === 'question') {
		await call(server, 'POST', `/question/${question.id}/reply`, {
			answers: [[answerOf(question, answer)]],
		});
		return;
	}

	const {choice, text} = answer;
	const reply = choice ?? 'reject';
	if (!question.choices.some(({id}) => id === reply)) {
		throw new FleetError('usage', `the question has no choice ${reply}`);
	}

	await call(server, 'POST', `/permission/${question.id}/reply`, {
		reply,
		...(text === null ? {} : {message: text}),
	});
};

const answerOf = (question: Attention, {choice, text}: AnswerRequest): string => {
	if (question.choices.length === 0) {
		throw new FleetError('not-supported', 'it asks several questions at once', {
			hint: 'attach to the agent and answer there',
		});
	}

	const label = question.choices.find(({id}) => id === choice)?.label ?? text;
	if (label !== null) return label;
	throw new FleetError('usage', `the question has no choice ${choice}`);
};

import {FleetError} from '../../errors.ts';
import type {Attention} from '../../protocol/agent.ts';
import type {AnswerRequest} from '../../protocol/answer.ts';
import {readQuestions} from '../describe-tool.ts';
import {readAsk, replyToAsk} from '../hooks/asks.ts';
import type {AnswerContext} from '../kind.ts';

/** Answers through the hook that waits; Claude closes its dialog by itself. */
export const answerClaude = async (
	{scratch}: AnswerContext,
	{id}: Attention,
	answer: AnswerRequest,
): Promise<void> => {
	const asked = await readAsk(scratch, id ?? '');
	const decision =
		asked['tool_name'] === 'AskUserQuestion'
			? answerQuestion(asked['tool_input'], answer)
			: answerPermission(asked, answer);
	await replyToAsk(
		scratch,
		id ?? '',
		JSON.stringify({hookSpecificOutput: {hookEventName: 'PermissionRequest', decision}}),
	);
};

const answerPermission = (asked: Record<string, unknown>, {choice, text}: AnswerRequest) => {
	switch (choice) {
		case 'allow':
			return {behavior: 'allow'};
		case 'always':
			return {behavior: 'allow', updatedPermissions: asked['permission_suggestions']};
		case 'deny':
		case null:
			return {
				behavior: 'deny',
				message: text ?? 'The person said no.',
				...(text === null ? {interrupt: true} : {}),
			};
		default:
			throw noChoice(choice);
	}
};

const answerQuestion = (input: unknown, {choice, text}: AnswerRequest) => {
	const [first, ...more] = readQuestions(input);
	if (!first || more.length > 0) {
		throw new FleetError('not-supported', 'it asks several questions at once', {
			hint: 'attach to the agent and answer there',
		});
	}

	const chosen = choice === null ? text : first.options[Number(choice) - 1]?.label;
	if (chosen === undefined || chosen === null) throw noChoice(choice);
	return {
		behavior: 'allow',
		updatedInput: {...(input as object), answers: {[first.question]: chosen}},
	};
};

const noChoice = (choice: string | null): FleetError =>
	new FleetError('usage', `the question has no choice ${choice ?? ''}`);

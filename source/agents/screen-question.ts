import {FleetError} from '../errors.ts';
import type {Attention} from '../protocol/agent.ts';
import type {AnswerRequest} from '../protocol/answer.ts';
import {plainText} from '../protocol/text.ts';
import {tooLate} from './hooks/asks.ts';
import type {AnswerContext} from './kind.ts';

const choice = /^[\s│┃|]*(?:[›❯●▸>◉○•]\s*)?([1-9])[.)]\s+(\S.*?)[\s│┃|]*$/u;

/**
 * The numbered choices of the last dialog on a screen: `1.`, `2.`, … in order, text between them
 * allowed (a choice may be explained below itself). Empty where there are fewer than two.
 */
export const readChoices = (lines: readonly string[]): Attention['choices'] => {
	let choices: Attention['choices'] = [];
	for (const line of lines) {
		const [, number, label] = choice.exec(line) ?? [];
		if (number === undefined || label === undefined) continue;
		// What stands far to the right belongs to a frame or a scroll bar.
		const plain = {id: number, label: plainText(label.split(/\s{3,}/)[0]!, 200)};
		if (number === '1') choices = [plain];
		else if (Number(number) === choices.length + 1) choices = [...choices, plain];
	}

	return choices.length > 1 ? choices : [];
};

/**
 * Answers by the choice's own digit, only while the screen still shows the same choices. Rejects
 * with `conflict` otherwise. `submit` where a digit only marks.
 */
export const answerOnScreen =
	({submit = []}: {submit?: string[]} = {}) =>
	async (context: AnswerContext, question: Attention, answer: AnswerRequest): Promise<void> => {
		if (answer.choice === null) {
			throw new FleetError('not-supported', 'it takes one of its choices only', {
				hint: 'attach to the agent to answer in your own words',
			});
		}

		if (!question.choices.some(({id}) => id === answer.choice)) {
			throw new FleetError('usage', `the question has no choice ${answer.choice}`);
		}

		const shown = readChoices(await context.screen());
		const same =
			shown.length === question.choices.length &&
			shown.every(({label}, index) => label === question.choices[index]?.label);
		if (!same) throw tooLate();
		await context.press({text: answer.choice, keys: submit});
	};

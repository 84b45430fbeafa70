import type {Prompt} from '../../source/transport/prompt.ts';

/** A person who answers by what is asked; null for anything else. `asked` has every question. */
export const answering = (answers: Record<string, string | string[]>) => {
	const asked: string[] = [];
	const prompt: Prompt = async ({message}) => {
		asked.push(message);
		const key = Object.keys(answers).find(part => message.includes(part));
		if (key === undefined) return null;
		const answer = answers[key]!;
		return Array.isArray(answer) ? (answer.shift() ?? null) : answer;
	};

	return {prompt, asked};
};

import type {Attention} from '../protocol/agent.ts';
import {plainText} from '../protocol/text.ts';

type Input = Readonly<Record<string, unknown>>;

/** What agents call the one argument that says most, the most telling first. */
const telling = [
	'command',
	'cmd',
	'file_path',
	'filePath',
	'path',
	'url',
	'pattern',
	'query',
	'prompt',
];

/** A tool call as a person would be asked for it: "approve Bash: touch x". */
export const describeTool = (name: string, input: unknown): string => {
	const fields = (typeof input === 'object' && input !== null ? input : {}) as Input;
	const field = telling.map(key => fields[key]).find(value => isTelling(value));
	const what = Array.isArray(field) ? field.join(' ') : field;
	return plainText(
		what === undefined ? `approve ${name}` : `approve ${name}: ${String(what)}`,
		400,
	);
};

const isTelling = (value: unknown): boolean =>
	(typeof value === 'string' && value !== '') ||
	(Array.isArray(value) && value.length > 0 && value.every(word => typeof word === 'string'));

type Option = {label: string};
export type AskedQuestion = {question: string; options: Option[]; multiple: boolean};

/** The questions of a question tool's input, as every one of the five agents shapes it. */
export const readQuestions = (input: unknown): AskedQuestion[] => {
	const {questions} = (typeof input === 'object' && input !== null ? input : {}) as Input;
	return (Array.isArray(questions) ? questions : []).flatMap((asked: Input) =>
		typeof asked?.['question'] === 'string'
			? [
					{
						question: asked['question'],
						multiple: asked['multiSelect'] === true || asked['multiple'] === true,
						options: (Array.isArray(asked['options']) ? (asked['options'] as Input[]) : []).flatMap(
							option => (typeof option?.['label'] === 'string' ? [{label: option['label']}] : []),
						),
					},
				]
			: [],
	);
};

/** What is asked, with choices where one of them is a whole answer: one question, one choice. */
export const questionAttention = (id: string, asked: readonly AskedQuestion[]): Attention => {
	const [first, ...more] = asked;
	const labels = first?.options.map(({label}) => plainText(label, 200)) ?? [];
	return {
		kind: 'question',
		id,
		text: plainText(
			(first?.question ?? 'it asks a question') +
				(more.length > 0 ? ` (and ${more.length} more)` : ''),
			400,
		),
		choices:
			first && more.length === 0 && !first.multiple
				? labels.slice(0, 20).map((label, index) => ({id: String(index + 1), label}))
				: [],
	};
};

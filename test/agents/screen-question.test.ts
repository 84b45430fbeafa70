import {expect, test, vi} from 'vitest';
import {answerOnScreen, readChoices} from '../../source/agents/screen-question.ts';
import type {AnswerContext} from '../../source/agents/kind.ts';

const codexDialog = `
  Would you like to run the following command?
  $ touch q
› 1. Yes, proceed (y)
  2. Yes, and don't ask again for commands that start with \`touch q\` (p)
  3. No, and tell Codex what to do differently (esc)
`.split('\n');
const geminiDialog = `
Tips:
1. Create GEMINI.md files
2. /help for more information
│ Which colour?                    │
│ ● 1.  Red                        │
│       the warm one               │
│   2.  Blue                       █
│       the cold one               │
╰──────────────────────────────────╯
`.split('\n');

test('the choices of the last dialog are read, frames and marks left out', () => {
	expect(readChoices(codexDialog).map(({label}) => label)).toEqual([
		'Yes, proceed (y)',
		"Yes, and don't ask again for commands that start with `touch q` (p)",
		'No, and tell Codex what to do differently (esc)',
	]);
	expect(readChoices(geminiDialog)).toEqual([
		{id: '1', label: 'Red'},
		{id: '2', label: 'Blue'},
	]);
});

test.each([[['1. alone']], [['2. two', '3. three']], [[]], [['version 1.2', '3.4']]])(
	'%j is no dialog',
	lines => {
		expect(readChoices(lines)).toEqual([]);
	},
);

const question = {kind: 'question', text: 'q', id: 'a', choices: readChoices(geminiDialog)};
const answering = (screen: readonly string[]) => {
	const press = vi.fn(async () => {});
	const context = {screen: async () => screen, press} as unknown as AnswerContext;
	return {
		press,
		answer: (choice: string | null, text: string | null = null) =>
			answerOnScreen()(context, question, {id: 'a', choice, text}),
	};
};

test('the digit is pressed while the screen still shows the question', async () => {
	const {press, answer} = answering(geminiDialog);
	await answer('2');
	expect(press).toHaveBeenCalledWith({text: '2', keys: []});
});

test.each([
	['another question', codexDialog, '1', 'conflict'],
	['no question', ['$'], '1', 'conflict'],
	['it, but the choice is none of it', geminiDialog, '3', 'usage'],
	['it, but the answer is in words', geminiDialog, null, 'not-supported'],
])('nothing is typed where the screen shows %s', async (_, screen, choice, code) => {
	const {press, answer} = answering(screen);
	await expect(answer(choice, choice === null ? 'words' : null)).rejects.toMatchObject({code});
	expect(press).not.toHaveBeenCalled();
});

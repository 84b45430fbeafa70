import type {Attention} from '../../protocol/agent.ts';

const dialogs: ReadonlyArray<readonly [RegExp, Attention['kind'], string]> = [
	[/Do you trust (?:the files in )?this folder/i, 'permission', 'trust this folder?'],
	[
		/How would you like to authenticate|Select Authentication Method|Get started|Connect a Provider/i,
		'auth',
		'log in',
	],
	[/Select Theme/i, 'question', 'choose a theme'],
];

/** Gemini and its descendant Qwen ask alike. */
export const readGeminiStart = (lines: readonly string[]): Attention | null => {
	const screen = lines.join('\n');
	const found = dialogs.find(([pattern]) => pattern.test(screen));
	return found ? {kind: found[1], text: found[2], id: null, choices: []} : null;
};

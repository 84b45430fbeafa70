import type {Attention} from '../../protocol/agent.ts';

const dialogs: ReadonlyArray<readonly [RegExp, Attention['kind'], string]> = [
	[
		/Do you trust the contents of this directory|allow Codex to work in this folder|Trust this folder\? Codex can/i,
		'permission',
		'trust this folder?',
	],
	[/Sign in with ChatGPT|Provide your own API key/i, 'auth', 'log in'],
	[/Update available!.*|Skip until next version/i, 'question', 'update Codex?'],
	[/Hooks need review/i, 'permission', 'review its hooks'],
];

export const readCodexStart = (lines: readonly string[]): Attention | null => {
	const screen = lines.join('\n');
	const found = dialogs.find(([pattern]) => pattern.test(screen));
	return found ? {kind: found[1], text: found[2], id: null, choices: []} : null;
};

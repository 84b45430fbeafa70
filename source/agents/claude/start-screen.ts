import type {Attention} from '../../protocol/agent.ts';

// Before it keeps a session file, Claude asks for these; each line stands in its own dialog.
const dialogs: ReadonlyArray<readonly [RegExp, Attention['kind'], string]> = [
	[
		/(?:trust the files in this folder|Is this a project you (?:created|trust)|I trust this folder)/i,
		'permission',
		'trust this folder?',
	],
	[/Select login method|Paste code here if prompted/i, 'auth', 'log in'],
	[/Choose the text style/i, 'question', 'choose a theme'],
	[/Do you want to use this API key/i, 'question', 'use the API key of its environment?'],
	[/Bypass Permissions mode/, 'permission', 'accept the bypass of permissions?'],
];

export const readClaudeStart = (lines: readonly string[]): Attention | null => {
	const screen = lines.join('\n');
	const found = dialogs.find(([pattern]) => pattern.test(screen));
	return found ? {kind: found[1], text: found[2], id: null, choices: []} : null;
};

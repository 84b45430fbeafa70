import type {Location} from './location.ts';

/** Editors that open a folder of another machine over SSH by a link, and their links' scheme. */
const schemes: Readonly<Record<string, string>> = {
	code: 'vscode',
	'code-insiders': 'vscode-insiders',
	cursor: 'cursor',
	codium: 'vscodium',
	vscodium: 'vscodium',
	windsurf: 'windsurf',
	zed: 'zed',
	zeditor: 'zed',
};

export const deepLinkScheme = (program: string): string | undefined =>
	Object.hasOwn(schemes, program) ? schemes[program] : undefined;

/**
 * The link that opens a place on the host in an editor here. A VS Code takes a path for a file only
 * when it ends in `:LINE`, and for a folder otherwise; the host sends files with their line.
 * Zed reads `zed://ssh/USER@HOST:PORT/PATH`.
 */
export const deepLink = (scheme: string, ssh: string, {path, line, column}: Location): string => {
	const place = line === undefined ? '' : `:${line}:${column ?? 1}`;
	const file = path.split('/').map(encodeURIComponent).join('/');
	const host = encodeURIComponent(ssh).replaceAll('%40', '@').replaceAll('%3A', ':');
	return scheme === 'zed'
		? `zed://ssh/${host}${file}${place}`
		: `${scheme}://vscode-remote/ssh-remote+${host}${file}${place}`;
};

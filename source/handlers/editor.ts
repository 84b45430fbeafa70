import path from 'node:path';
import getArgumentsForFile from 'launch-editor/get-args.js';
import guessEditor from 'launch-editor/guess.js';
import type {HandlerConfig} from '../config/config.ts';
import type {Location} from './location.ts';

/** The editor that the person uses: its argv so far, and where it draws. */
export type Editor = {argv: string[]; inTerminal: boolean};

const terminalEditors = new Set(
	'vi vim nvim view nano pico micro hx helix kak kakoune joe ne mg emacs-nox ed jed'.split(' '),
);

export const editorName = (file: string): string =>
	path
		.basename(file)
		.replace(/\.(exe|cmd|bat)$/i, '')
		.toLowerCase();

const localEditors = new Set(
	'emacs emacsclient gvim mvim subl sublime_text atom mate mine rmate brackets idea phpstorm pycharm rubymine webstorm goland rider clion appcode gedit kate geany pluma mousepad'.split(
		' ',
	),
);

/** A program that is known to open files of this machine, and nothing else. */
export const isKnownEditor = (name: string): boolean =>
	terminalEditors.has(name) || localEditors.has(name);

const asEditor = (argv: string[]): Editor => ({
	argv,
	inTerminal:
		terminalEditors.has(editorName(argv[0] ?? '')) ||
		(/^emacs(client)?$/.test(editorName(argv[0] ?? '')) &&
			argv.some(part => ['-nw', '-t', '--tty', '--no-window-system'].includes(part))),
});

/** Words of `$EDITOR`: split at spaces, quotes group. Never a shell's expansion. */
export const splitWords = (text: string): string[] =>
	[...text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) =>
		word.replace(
			/"([^"]*)"|'([^']*)'/g,
			(_, double?: string, single?: string) => double ?? single ?? '',
		),
	);

/**
 * The configured command or tool, else the editor that runs now, else `$VISUAL`, else `$EDITOR`;
 * undefined where there is none.
 */
export const chooseEditor = (
	config: HandlerConfig & {tool: string | null},
	env: Readonly<Record<string, string | undefined>> = process.env,
	running: () => string | undefined = runningEditor,
): Editor | undefined => {
	if (config.command) return asEditor(config.command);
	if (config.tool) return asEditor([config.tool]);
	const found = running();
	if (found) return asEditor([found]);
	const named = splitWords(env['VISUAL'] || env['EDITOR'] || '');
	return named.length > 0 ? asEditor(named) : undefined;
};

/** The graphical editor among this user's processes, as launch-editor knows them. */
const runningEditor = (): string | undefined => {
	const [found] = guessEditor();
	// It ends with these variables, unsplit, and it takes any vim on the machine for the person's.
	if (!found || found === process.env['VISUAL'] || found === process.env['EDITOR'])
		return undefined;
	return asEditor([found]).inTerminal || editorName(found) === 'emacs' ? undefined : found;
};

/** The whole argv that shows a place: the `{}` of a configured command, or the editor's own way to name a line. */
export const editorArguments = (editor: Editor, location: Location): string[] => {
	const [program = '', ...rest] = editor.argv;
	const {path: file, line, column} = location;
	if (editor.argv.includes('{}')) return editor.argv.map(part => (part === '{}' ? file : part));
	const name = editorName(program);
	if (line !== undefined) {
		if (['vi', 'nvim', 'nano', 'ne', 'kak', 'jed'].includes(name)) {
			return [program, ...rest, name === 'nano' ? `+${line},${column ?? 1}` : `+${line}`, file];
		}

		if (['hx', 'helix', 'micro'].includes(name)) {
			return [program, ...rest, `${file}:${line}:${column ?? 1}`];
		}
	}

	return [program, ...rest, ...getArgumentsForFile(program, file, line, column).map(String)];
};

import {access} from 'node:fs/promises';
import {toFleetError} from '../errors.ts';
import {deepLink, deepLinkScheme} from './deep-link.ts';
import {chooseEditor, editorArguments, editorName, isKnownEditor, type Editor} from './editor.ts';
import {failed, opened, type Handler, type HandlerContext} from './handler.ts';
import {formatLocation, parseLocation, type Location} from './location.ts';
import {fillArgument, startProgram} from './program.ts';

/**
 * Opens a place of the host in the person's editor: in the synced copy where a rule maps it, and
 * otherwise on the host itself by the editor's own remote link. The laptop's file of the same path
 * is never opened in its place.
 */
export const ide: Handler = async (action, context) => {
	const location = parseLocation(action.argument);
	try {
		const editor = chooseEditor(context.handlers.ide);
		if (editor === undefined) {
			return failed('no editor is known here: set [handler.ide] tool, or $EDITOR');
		}

		const found = await context.locate(location.path);
		const reason =
			'unmapped' in found
				? found.unmapped
				: (await exists(found.local))
					? undefined
					: 'its synced copy is not here';
		return reason === undefined && 'local' in found
			? await openLocal(editor, {...location, path: found.local}, context)
			: await openRemote(editor, location, reason ?? '', context);
	} catch (error) {
		return failed(toFleetError(error).message);
	}
};

const openLocal = async (editor: Editor, location: Location, context: HandlerContext) => {
	const argv = editorArguments(editor, location);
	if (editor.inTerminal) {
		if (context.runInTerminal === undefined) {
			return failed(`${editorName(argv[0]!)} needs a terminal, and this console has none to lend`);
		}

		const code = await context.runInTerminal({argv});
		return code === 0 || code === null
			? opened(`edited ${formatLocation(location)}`)
			: failed(`${editorName(argv[0]!)} exited with ${code}`);
	}

	await startProgram({argv});
	return opened(`opened ${formatLocation(location)} in ${editorName(argv[0]!)}`);
};

const openRemote = async (
	editor: Editor,
	location: Location,
	reason: string,
	{ssh, handlers}: HandlerContext,
) => {
	const where = formatLocation(location);
	if (ssh === null) return failed(`${where}: ${reason}`);
	const remote = remoteEditor(editor, handlers.ide.tool);
	if (remote === undefined) {
		const name = editorName(editor.argv[0] ?? '');
		return failed(`${where}: ${reason}, and ${name} opens no folder of another machine`);
	}

	const link = deepLink(remote.scheme, ssh, location);
	await startProgram({argv: fillArgument(remote.argv, link)});
	return opened(`opened ${where} on the host in ${editorName(remote.argv[0]!)} (${reason})`);
};

/** Who opens the link: the person's editor where it can, or a script of the person's own, which gets the link. */
const remoteEditor = (
	{argv, inTerminal}: Editor,
	tool: string | null,
): {scheme: string; argv: string[]} | undefined => {
	const name = editorName(argv[0] ?? '');
	const scheme = deepLinkScheme(name) ?? deepLinkScheme(tool ?? '');
	if (argv.includes('{}')) {
		return inTerminal || (scheme === undefined && isKnownEditor(name))
			? undefined
			: {scheme: scheme ?? 'vscode', argv};
	}

	// A VS Code takes a link on its command line only behind this flag.
	if (scheme === undefined) return undefined;
	return {scheme, argv: [...argv, ...(scheme === 'zed' ? [] : ['--open-url'])]};
};

const exists = async (file: string): Promise<boolean> =>
	access(file).then(
		() => true,
		() => false,
	);

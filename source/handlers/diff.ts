import {stat} from 'node:fs/promises';
import path from 'node:path';
import {toFleetError} from '../errors.ts';
import {failed, opened, type Handler, type HandlerContext} from './handler.ts';
import type {Mapped, Unmapped} from './mapping.ts';
import {fillArgument, startProgram} from './program.ts';

/**
 * Shows what an agent changed: by the person's diff command in the synced copy, where there is one
 * that is a git work tree; otherwise the host's own diff, in the console.
 */
export const diff: Handler = async (action, context) => {
	const {command} = context.handlers.diff;
	try {
		const found = await context.locate(action.argument);
		const reason = command === null ? undefined : await obstacle(found);
		if (command && reason === undefined && 'local' in found) {
			await startProgram({
				argv: command.includes('{}') ? fillArgument(command, found.local) : command,
				cwd: await folderOf(found.local),
				env: cautiousGit(),
			});
			return opened(`opened the diff of ${found.local}`);
		}

		return showHostDiff(action.agent, action.argument, reason, context);
	} catch (error) {
		return failed(toFleetError(error).message);
	}
};

const showHostDiff = (
	agent: string | null,
	folder: string,
	reason: string | undefined,
	{showDiff}: HandlerContext,
) => {
	const because = reason === undefined ? '' : ` (${reason})`;
	if (showDiff === undefined) {
		return failed(`no console can show the host's own diff of ${folder}${because}`);
	}

	if (!showDiff({agent, path: folder})) {
		return failed('the operator is busy in the console; ask again');
	}

	return opened(`showing the host's own diff of ${folder}${because}`);
};

/** Why the person's command cannot run on the laptop's copy. */
const obstacle = async (found: Mapped | Unmapped): Promise<string | undefined> => {
	if ('unmapped' in found) return found.unmapped;
	// git runs programs that a repository's configuration names, and here the host writes it.
	if (found.root.hostWritesGit)
		return "its .git comes from the host, so git is not run on this laptop's copy";
	if (!(await stat(found.local).catch(() => null))) return 'its synced copy is not here';
	return (await isWorkTree(found.local)) ? undefined : 'the synced copy is no git work tree';
};

const isWorkTree = async (file: string): Promise<boolean> => {
	for (let folder = file; ; folder = path.dirname(folder)) {
		if (await stat(path.join(folder, '.git')).catch(() => null)) return true;
		if (folder === path.dirname(folder)) return false;
	}
};

const folderOf = async (file: string): Promise<string> =>
	(await stat(file)).isDirectory() ? file : path.dirname(file);

/**
 * A synced folder can hold what looks like a bare repository, whose configuration names programs:
 * git is told to believe no such folder, and to run no file system monitor.
 */
const cautiousGit = (env = process.env): Record<string, string> => {
	const count = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0;
	return {
		GIT_CONFIG_COUNT: String(count + 2),
		[`GIT_CONFIG_KEY_${count}`]: 'safe.bareRepository',
		[`GIT_CONFIG_VALUE_${count}`]: 'explicit',
		[`GIT_CONFIG_KEY_${count + 1}`]: 'core.fsmonitor',
		[`GIT_CONFIG_VALUE_${count + 1}`]: 'false',
	};
};

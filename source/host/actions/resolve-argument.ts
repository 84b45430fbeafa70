import {stat} from 'node:fs/promises';
import type {ActionKind} from '../../protocol/action.ts';
import {FleetError} from '../../errors.ts';
import {realPath} from './real-path.ts';

const place = /^(.+?):([1-9]\d{0,6})(?::([1-9]\d{0,6}))?$/s;

/**
 * What a request names, as the laptop gets it: a link as it is (the laptop judges it), a path where
 * it really is. A file always has a line, which is how an editor's remote link tells it from a folder.
 * Throws `usage` for a path that does not exist.
 */
export const resolveArgument = async (
	kind: ActionKind,
	argument: string,
	cwd: string,
): Promise<string> => {
	if (kind === 'web') return argument;
	if (argument.includes('\0')) throw new FleetError('usage', 'a path holds no NUL');
	if (kind === 'diff') return realPath(argument || '.', cwd);
	// A file may be called `a:1`: what exists as it is written is meant.
	const whole = await realPath(argument, cwd);
	if (await exists(whole)) return withLine(whole, undefined, undefined);
	const match = place.exec(argument);
	const file = match ? await realPath(match[1]!, cwd) : whole;
	if (!(await exists(file))) throw new FleetError('usage', `there is no ${file}`);
	return withLine(file, match?.[2], match?.[3]);
};

const withLine = async (
	file: string,
	line: string | undefined,
	column: string | undefined,
): Promise<string> => {
	if ((await stat(file)).isDirectory()) return file;
	return [file, line ?? '1', line === undefined ? undefined : column]
		.filter(part => part !== undefined)
		.join(':');
};

const exists = async (file: string): Promise<boolean> =>
	stat(file).then(
		() => true,
		() => false,
	);

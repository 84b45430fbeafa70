import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {onChange} from '../follow/changes.ts';
import type {LaunchContext} from '../kind.ts';

type Command = {command: string; rest: Readonly<Record<string, unknown>>};

const folder = (scratch: string): string => path.join(scratch, 'status');
const script = (scratch: string): string => path.join(scratch, 'status.sh');
const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/**
 * The status line of one launch: Claude tells nobody else what its session costs while it runs. It keeps
 * what Claude says, and draws what the person's own status line draws.
 */
export const statusLine = (
	context: Pick<LaunchContext, 'scratch' | 'cwd' | 'home' | 'env' | 'readFile'>,
): {setting: Record<string, unknown>; files: Record<string, string>} => {
	const {scratch} = context;
	const own = ownStatusLine(context);
	const now = path.join(folder(scratch), 'now');
	return {
		setting: {...own?.rest, type: 'command', command: `/bin/sh ${quote(script(scratch))}`},
		files: {
			[path.join(folder(scratch), '.keep')]: '',
			[script(scratch)]: `umask 077
now=${quote(now)}
cat >"$now.$$" && mv -f "$now.$$" "$now" || exit 0
${own ? `exec /bin/sh -c ${quote(own.command)} <"$now"\n` : ''}`,
		},
	};
};

/** The person's, from the settings that ours stand above; the nearest counts. */
const ownStatusLine = ({
	cwd,
	home,
	env,
	readFile: read,
}: Pick<LaunchContext, 'cwd' | 'home' | 'env' | 'readFile'>): Command | null => {
	const files = [
		path.join(cwd, '.claude/settings.local.json'),
		path.join(cwd, '.claude/settings.json'),
		path.join(env['CLAUDE_CONFIG_DIR'] || path.join(home, '.claude'), 'settings.json'),
	];
	for (const file of files) {
		const {statusLine} = parse(read(file) ?? '') as {statusLine?: Record<string, unknown>};
		const {command, ...rest} = statusLine ?? {};
		if (typeof command === 'string' && command.trim() !== '') return {command, rest};
	}

	return null;
};

/** Calls back with what the session has cost so far, in dollars, until the signal. */
export const followCost = async (
	scratch: string,
	onCost: (cost: number) => void,
	signal: AbortSignal,
): Promise<void> => {
	let known: number | undefined;
	const look = async (): Promise<void> => {
		const text = await readFile(path.join(folder(scratch), 'now'), 'utf8').catch(() => '');
		const {cost} = parse(text) as {cost?: {total_cost_usd?: unknown}};
		const total = cost?.total_cost_usd;
		if (typeof total !== 'number' || !Number.isFinite(total) || total === known) return;
		known = total;
		onCost(total);
	};

	await onChange(folder(scratch), look, {everyMs: 5000, signal});
};

const parse = (text: string): object => {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? value : {};
	} catch {
		return {};
	}
};

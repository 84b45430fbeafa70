import {open, readdir, rm, type FileHandle} from 'node:fs/promises';
import path from 'node:path';
import {onChange} from '../follow/changes.ts';
import type {HookEvent} from '../kind.ts';
import {hookFolders} from './relay-script.ts';

/** A tool's input can be a whole file; what is longer is known by its name alone. */
const longestPayload = 1024 * 1024;
/** What is no JSON after this is none. */
const writingMs = 1500;

/** Reads what hooks leave in `scratch` and removes it, oldest first, until the signal. */
export const readHooks = async (
	scratch: string,
	onEvent: (event: HookEvent) => void,
	signal: AbortSignal,
): Promise<void> => {
	const {events} = hookFolders(scratch);
	const look = async (): Promise<void> => {
		for (const event of await takeAll(events)) onEvent(event);
	};

	await onChange(events, look, {everyMs: 5000, signal});
};

const takeAll = async (folder: string): Promise<HookEvent[]> => {
	const names = await readdir(folder).catch(() => []);
	const taken = await Promise.all(
		names.filter(name => !name.startsWith('.')).map(name => take(folder, name)),
	);
	return taken.filter(event => event !== null).sort((a, b) => a.at - b.at);
};

const take = async (folder: string, name: string): Promise<HookEvent | null> => {
	const file = path.join(folder, name);
	let handle: FileHandle | undefined;
	try {
		handle = await open(file, 'r');
		const {size, mtimeMs} = await handle.stat();
		const payload = size > longestPayload ? {} : parse(await handle.readFile('utf8'));
		// Its hook still writes: the rest of it is a change too.
		if (payload === null && Date.now() - mtimeMs < writingMs) return null;
		await rm(file, {force: true});
		return {
			event: name.replace(/\.\d+$/, ''),
			id: name,
			payload: payload ?? {},
			at: mtimeMs,
		};
	} catch {
		return null;
	} finally {
		await handle?.close();
	}
};

/** Null for what is no JSON, or none yet. */
const parse = (text: string): Record<string, unknown> | null => {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		return null;
	}
};

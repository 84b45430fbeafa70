import {open} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {followLines} from '../follow/follow-lines.ts';
import type {WatchContext} from '../kind.ts';
import {readRollout} from './rollout.ts';

/** Codex opens its log at the first prompt, and another one for a new session. */
const lookEveryMs = 1000;
const lookAgainEveryMs = 5000;

/** Follows the log of the session that Codex shows: what it is about to do, its model, its tokens. */
export const watchCodex = async ({pid, processes, emit, signal}: WatchContext): Promise<void> => {
	let file: string | undefined;
	let following = new AbortController();
	const abort = () => following.abort();
	signal.addEventListener('abort', abort);
	const passedOver = new Set<string>();
	while (!signal.aborted) {
		const found = await findRollout(pid, processes, passedOver);
		if (found !== undefined && found !== file) {
			file = found;
			following.abort();
			following = new AbortController();
			void followLines(
				found,
				line => {
					for (const evidence of readRollout(line, Date.now())) emit(evidence);
				},
				following.signal,
			).catch(() => {});
		}

		await delay(file ? lookAgainEveryMs : lookEveryMs, undefined, {signal, ref: false}).catch(
			() => {},
		);
	}

	signal.removeEventListener('abort', abort);
	following.abort();
};

/** The newest log that the program holds open and that belongs to the person, not to a helper thread. */
const findRollout = async (
	pid: number,
	processes: WatchContext['processes'],
	passedOver: Set<string>,
): Promise<string | undefined> => {
	const open = processes
		.family(pid)
		.flatMap(member => processes.openFiles(member))
		.filter(file => /\/rollout-[^/]+\.jsonl$/.test(file) && !passedOver.has(file));
	for (const file of [...new Set(open)].sort().reverse()) {
		if (await isPersons(file)) return file;
		passedOver.add(file);
	}

	return undefined;
};

const isPersons = async (file: string): Promise<boolean> => {
	const handle = await open(file, 'r').catch(() => undefined);
	if (!handle) return false;
	try {
		const {buffer, bytesRead} = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
		const head = buffer.toString('utf8', 0, bytesRead);
		return !/"(?:thread_source|source)":(?:"(?:subagent|system|internal)|\{"subagent)/.test(head);
	} finally {
		await handle.close();
	}
};

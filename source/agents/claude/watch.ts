import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import {strength} from '../../host/arbiter/rules.ts';
import {onChange} from '../follow/changes.ts';
import {followTranscript, transcriptFact} from '../follow/transcript.ts';
import {readHooks} from '../hooks/spool.ts';
import {releaseAsks} from '../hooks/asks.ts';
import type {HookEvent, WatchContext} from '../kind.ts';
import {followCost} from './status-line.ts';
import {readClaudeTranscript} from './transcript.ts';
import {questionRecord, readClaudeHook} from './read-hook.ts';
import {parseSessionFile, sessionEvidence, type ClaudeSession} from './session-file.ts';

/** Follows Claude's session file and its hooks. */
export const watchClaude = async (context: WatchContext): Promise<void> => {
	const {scratch, processes, pid, signal} = context;
	const emit = keepingUsage(context.emit);
	/** Questions whose hook waits, and when they were asked. */
	const waiting = new Map<string, number>();
	const release = async (before: number): Promise<void> => {
		const over = [...waiting].filter(([, at]) => at < before).map(([id]) => id);
		for (const id of over) waiting.delete(id);
		if (over.length > 0) await releaseAsks(scratch, id => over.includes(id));
	};

	const onHook = (event: HookEvent): void => {
		if (event.event === 'PermissionRequest') waiting.set(event.id, event.at);
		if (event.event === 'Stop' || event.event === 'StopFailure') void release(event.at);
		for (const evidence of readClaudeHook(event)) emit(evidence);
		follow(event.payload['transcript_path']);
	};

	const follow = followTranscript({...context, emit}, readClaudeTranscript);
	const onCost = (cost: number): void =>
		emit(transcriptFact('cost', `$${cost}`, {usage: {cost, tokens: null}}));
	const onSession = (session: ClaudeSession): AgentEvidence => {
		const evidence = sessionEvidence(session, Date.now());
		if (evidence.state === 'working' || evidence.state === 'idle') {
			// Whatever was asked before has its answer, on the terminal or from here.
			emit(allAnswered(evidence));
			void release(evidence.at);
		}

		emit(evidence);
		return evidence;
	};

	try {
		await Promise.all([
			readHooks(scratch, onHook, signal),
			followSession(context, onSession),
			followCost(scratch, onCost, signal),
		]);
	} finally {
		if (processes.startedAt(pid) === null) await releaseAsks(scratch);
	}
};

/** Its transcript counts tokens and its status line money: what one of them does not know, the other said. */
const keepingUsage = (emit: WatchContext['emit']): WatchContext['emit'] => {
	let kept: NonNullable<AgentEvidence['usage']> = {cost: null, tokens: null};
	return evidence => {
		if (!evidence.usage) return emit(evidence);
		const {cost, tokens} = evidence.usage;
		kept = {cost: cost ?? kept.cost, tokens: tokens ?? kept.tokens};
		emit({...evidence, usage: kept});
	};
};

const followSession = async (
	{pid, home, processes, emit, signal}: WatchContext,
	onSession: (session: ClaudeSession) => AgentEvidence,
): Promise<void> => {
	const folder = path.join(
		processes.environment(pid)['CLAUDE_CONFIG_DIR'] ?? path.join(home, '.claude'),
		'sessions',
	);
	let known = '';
	let told = 0;
	const look = async (): Promise<void> => {
		const text = await readOwn(folder, pid, processes);
		// Claude writes in place: what is not whole yet is read again at once.
		if (text === known || (text !== '' && !text.trimEnd().endsWith('}'))) return;
		known = text;
		const session =
			text === '' ? null : parseSessionFile(text, {startedAt: startOf(text, processes)});
		if (session) told = Math.max(told, onSession(session).at);
		else emit(gone(told));
	};

	await onChange(folder, look, {everyMs: 5000, signal});
};

/** The file of the program, or of the one process beneath it that has one (a wrapper's Claude). */
const readOwn = async (
	folder: string,
	pid: number,
	processes: WatchContext['processes'],
): Promise<string> => {
	const read = (owner: number) =>
		readFile(path.join(folder, `${owner}.json`), 'utf8').catch(() => '');
	const own = await read(pid);
	if (own !== '') return own;
	for (const owner of processes.family(pid).slice(1, 10)) {
		const text = await read(owner);
		if (text !== '') return text;
	}

	return '';
};

const startOf = (text: string, processes: WatchContext['processes']): string | null => {
	const pid = /"pid":(\d+)/.exec(text)?.[1];
	return pid === undefined ? null : processes.startedAt(Number(pid));
};

const allAnswered = ({at, detail}: AgentEvidence): AgentEvidence => ({
	source: 'hook',
	record: questionRecord,
	clears: true,
	state: null,
	strength: strength.none,
	at,
	expiresAt: null,
	detail: `nothing is asked: it is ${detail}`,
});

/** `at` is when the file last spoke: one that comes back is no old news then. */
const gone = (at: number): AgentEvidence => ({
	source: 'session-file',
	state: null,
	strength: strength.none,
	at,
	expiresAt: null,
	detail: 'it keeps no session file that is understood',
});

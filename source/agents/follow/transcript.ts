import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import {strength} from '../../host/arbiter/rules.ts';
import type {WatchContext} from '../kind.ts';
import {followLines} from './follow-lines.ts';

/** Makes evidence of a transcript's lines, one after the other; `whole` is false where the beginning is not known. */
export type TranscriptReader = (
	line: Readonly<Record<string, unknown>>,
	whole: boolean,
) => readonly AgentEvidence[];

/** Follows the transcript that hooks name; another one, from its beginning, when they name another. */
export const followTranscript = (
	{emit, signal}: WatchContext,
	newReader: () => TranscriptReader,
): ((file: unknown) => void) => {
	let known: string | undefined;
	let following = new AbortController();
	signal.addEventListener('abort', () => following.abort(), {once: true});
	return file => {
		if (typeof file !== 'string' || file === known || signal.aborted) return;
		known = file;
		following.abort();
		following = new AbortController();
		const read = newReader();
		void followLines(
			file,
			(line, whole) => {
				for (const evidence of read(line, whole)) emit(evidence);
			},
			following.signal,
		).catch(() => {});
	};
};

/** What a transcript tells beside a state. */
export const transcriptFact = (
	record: string,
	detail: string,
	facts: Pick<AgentEvidence, 'model' | 'usage'>,
): AgentEvidence => ({
	source: 'transcript',
	record,
	state: null,
	strength: strength.none,
	at: Date.now(),
	expiresAt: null,
	detail,
	...facts,
});

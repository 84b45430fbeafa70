import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import {followTranscript, type TranscriptReader} from '../follow/transcript.ts';
import type {HookEvent, WatchContext} from '../kind.ts';
import {readHooks} from './spool.ts';

/** The channel of a kind that has hooks, and the transcript that they name. */
export const watchHooks =
	(read: (event: HookEvent) => AgentEvidence[], newReader: () => TranscriptReader) =>
	(context: WatchContext): Promise<void> => {
		const follow = followTranscript(context, newReader);
		return readHooks(
			context.scratch,
			event => {
				follow(event.payload['transcript_path']);
				for (const evidence of read(event)) context.emit(evidence);
			},
			context.signal,
		);
	};

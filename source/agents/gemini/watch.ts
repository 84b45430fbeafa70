import {followTranscript} from '../follow/transcript.ts';
import {readHooks} from '../hooks/spool.ts';
import type {WatchContext} from '../kind.ts';
import {readGeminiHook} from './read-hook.ts';
import {readGeminiTranscript} from './transcript.ts';

/** Follows Gemini's hooks, and the transcript that they name. */
export const watchGemini = (context: WatchContext): Promise<void> => {
	const follow = followTranscript(context, readGeminiTranscript);
	return readHooks(
		context.scratch,
		event => {
			follow(event.payload['transcript_path']);
			for (const evidence of readGeminiHook(event)) context.emit(evidence);
		},
		context.signal,
	);
};

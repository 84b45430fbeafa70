import {followLines} from '../follow/follow-lines.ts';
import type {WatchContext} from '../kind.ts';
import {strength} from '../../host/arbiter/rules.ts';

type Usage = Record<string, number | undefined>;

/** Follows the transcript that hooks name, for the model and the tokens; another session's, when it changes. */
export const followTranscript = ({emit, signal}: WatchContext) => {
	let file: string | undefined;
	let following = new AbortController();
	const {promise: done, resolve} = Promise.withResolvers<void>();
	const end = (): void => {
		following.abort();
		resolve();
	};
	if (signal.aborted) end();
	else signal.addEventListener('abort', end, {once: true});
	return {
		done,
		told(named: unknown): void {
			if (typeof named !== 'string' || named === file || signal.aborted) return;
			file = named;
			following.abort();
			following = new AbortController();
			const total = tally();
			void followLines(
				named,
				(line, whole) => {
					const told = total(line);
					if (told) emit({...blank(), model: told.model, usage: whole ? told.usage : null});
				},
				following.signal,
			).catch(() => {});
		},
	};
};

const blank = () => ({
	source: 'transcript',
	state: null,
	strength: strength.none,
	at: Date.now(),
	expiresAt: null,
	detail: 'what its transcript says',
});

/** Adds up what each answer of the model cost; one answer is written in several lines. */
export const tally = () => {
	const counted = new Map<string, number>();
	let tokens = 0;
	return (line: Record<string, unknown>) => {
		const message = line['message'] as {id?: string; model?: string; usage?: Usage} | undefined;
		if (line['type'] !== 'assistant' || !message?.id || !message.usage) return null;
		if (message.model === '<synthetic>') return null;
		const {usage} = message;
		const sum =
			(usage['input_tokens'] ?? 0) +
			(usage['cache_creation_input_tokens'] ?? 0) +
			(usage['cache_read_input_tokens'] ?? 0) +
			(usage['output_tokens'] ?? 0);
		tokens += sum - (counted.get(message.id) ?? 0);
		counted.set(message.id, sum);
		return {model: message.model ?? null, usage: {cost: null, tokens}};
	};
};

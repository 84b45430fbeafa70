import {strength} from '../../host/arbiter/rules.ts';
import {plainText} from '../../protocol/text.ts';
import {transcriptFact, type TranscriptReader} from '../follow/transcript.ts';

type Tokens = {total?: number};

/** Gemini's model and tokens, and how a turn failed, which none of its hooks tells. */
export const readGeminiTranscript = (): TranscriptReader => {
	const counted = new Map<string, number>();
	return (line, whole) => {
		const {type, id, model, tokens, content} = line;
		if (type === 'gemini' && typeof id === 'string') {
			counted.set(id, (tokens as Tokens | undefined)?.total ?? 0);
			const total = [...counted.values()].reduce((sum, count) => sum + count, 0);
			return [
				transcriptFact('usage', `${total} tokens`, {
					...(typeof model === 'string' ? {model} : {}),
					usage: whole ? {cost: null, tokens: total} : null,
				}),
			];
		}

		if (type !== 'error' && type !== 'user') return [];
		const at = Math.min(Date.parse(String(line['timestamp'])) || Date.now(), Date.now());
		const failed = type === 'error';
		return [
			{
				source: 'transcript',
				record: 'turn',
				state: failed ? 'done' : null,
				strength: failed ? strength.hook : strength.none,
				at,
				expiresAt: null,
				detail: failed ? 'a turn failed' : 'a turn began',
				attention: failed
					? {kind: 'error', text: failure(String(content)), id: null, choices: []}
					: null,
			},
		];
	};
};

/** `[API Error: JSON]`, the JSON around one sentence. */
const failure = (text: string): string => {
	const inner = /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
	return plainText(inner === undefined ? text.replace(/^\[API Error: |\]$/g, '') : inner, 400);
};

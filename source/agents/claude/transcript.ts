import {transcriptFact, type TranscriptReader} from '../follow/transcript.ts';

type Usage = Record<string, number | undefined>;
type Message = {id?: string; model?: string; usage?: Usage};

/** Claude's model, and the tokens of all its answers; one answer is written in several lines. */
export const readClaudeTranscript = (): TranscriptReader => {
	const counted = new Map<string, number>();
	let tokens = 0;
	return (line, whole) => {
		const cost = line['totalCostUSD'];
		if (line['type'] === 'cost-state' && typeof cost === 'number') {
			// Written when it ends, and so there when it is taken up again.
			return [transcriptFact('cost', `$${cost}`, {usage: {cost, tokens: null}})];
		}

		const message = line['message'] as Message | undefined;
		if (line['type'] !== 'assistant' || !message?.id || !message.usage) return [];
		if (message.model === '<synthetic>') return [];
		const {usage} = message;
		const sum =
			(usage['input_tokens'] ?? 0) +
			(usage['cache_creation_input_tokens'] ?? 0) +
			(usage['cache_read_input_tokens'] ?? 0) +
			(usage['output_tokens'] ?? 0);
		tokens += sum - (counted.get(message.id) ?? 0);
		counted.set(message.id, sum);
		return [
			transcriptFact('usage', `${tokens} tokens`, {
				model: message.model ?? null,
				...(whole ? {usage: {cost: null, tokens}} : {}),
			}),
		];
	};
};

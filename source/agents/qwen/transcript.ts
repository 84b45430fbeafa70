import {transcriptFact, type TranscriptReader} from '../follow/transcript.ts';

type Telemetry = {uiEvent?: {'event.name'?: string; model?: string; total_token_count?: number}};

/** Qwen's model, and the tokens of all its requests, its helpers' too. */
export const readQwenTranscript = (): TranscriptReader => {
	let tokens = 0;
	return ({type, model, systemPayload}, whole) => {
		if (type === 'assistant' && typeof model === 'string') {
			return [transcriptFact('model', model, {model})];
		}

		const event = (systemPayload as Telemetry | undefined)?.uiEvent;
		const count = event?.total_token_count;
		if (event?.['event.name'] !== 'qwen-code.api_response' || typeof count !== 'number') return [];
		tokens += count;
		return whole
			? [transcriptFact('usage', `${tokens} tokens`, {usage: {cost: null, tokens}})]
			: [];
	};
};

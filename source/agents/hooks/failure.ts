import type {Attention} from '../../protocol/agent.ts';
import {plainText} from '../../protocol/text.ts';

/** Where hooks that tell of a failed turn say why, the most telling first. */
const fields = ['last_assistant_message', 'error_details', 'error_message', 'error'];

export const failureOf = (payload: Readonly<Record<string, unknown>>): Attention => {
	const text = fields
		.map(field => payload[field])
		.map(value => (typeof value === 'string' ? plainText(value, 400) : ''))
		.find(Boolean);
	return {kind: 'error', text: text ?? 'the turn failed', id: null, choices: []};
};

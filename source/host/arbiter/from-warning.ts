import type {AgentEvidence} from './evidence.ts';
import {strength} from './rules.ts';

/** What is wrong with the program itself: it decides nothing, and `explain` shows it as long as it runs. */
export const warningEvidence = (detail: string, at: number): AgentEvidence => ({
	source: 'version',
	state: null,
	strength: strength.none,
	at,
	expiresAt: null,
	detail,
});

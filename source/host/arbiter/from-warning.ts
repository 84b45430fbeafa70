import type {AgentEvidence} from './evidence.ts';
import {strength} from './rules.ts';

/** What is wrong with the program itself: it decides nothing, and `explain` shows it as long as it runs. */
export const warningEvidence = (
	{problem, mend}: {problem: string; mend: string},
	at: number,
): AgentEvidence => ({
	source: 'version',
	state: null,
	strength: strength.none,
	at,
	expiresAt: null,
	detail: `${problem}; ${mend}`,
});

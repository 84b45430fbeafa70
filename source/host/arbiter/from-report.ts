import type {AgentEvidence} from './evidence.ts';
import {parseProgramStatus} from './program-status.ts';
import {strength} from './rules.ts';

/** What a program status report (the text after `7501;`) says; null for what is none. */
export const evidenceFromReport = (payload: string, now: number): AgentEvidence | null => {
	const report = parseProgramStatus(payload);
	if (!report) return null;
	const {state, kind, message} = report;
	const common = {
		source: 'osc7501',
		at: now,
		expiresAt: null,
		detail: [state, kind, report.id, message].filter(Boolean).join(' · '),
		...(report.id === null ? {} : {record: report.id}),
	};
	if (state === 'clear') return {...common, state: null, strength: strength.none, clears: true};

	const blocked = state === 'blocked';
	return {
		...common,
		// The contract has no state for an error: the turn is over, and somebody should look.
		state: state === 'error' ? 'done' : state,
		strength: report.id === null ? strength.report : blocked ? strength.partBlocked : strength.part,
		attention: blocked
			? {
					kind: kind ?? 'question',
					text: message ?? waitsFor[kind ?? 'question'],
					id: null,
					choices: [],
				}
			: state === 'error'
				? {kind: 'error', text: message ?? 'it ended with an error', id: null, choices: []}
				: null,
		// Only the program itself names what it does; its parts would take turns at the row.
		...(report.id === null && report.title !== null ? {title: report.title} : {}),
	};
};

const waitsFor = {
	permission: 'it asks for permission',
	question: 'it asks a question',
	auth: 'it wants you to log in',
};

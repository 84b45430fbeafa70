import {plainText} from '../../protocol/text.ts';
import type {AgentEvidence} from './evidence.ts';
import {evidenceFromReport} from './from-report.ts';
import {lifetime, strength} from './rules.ts';

/**
 * What a control string that no terminal shows (OSC 7501, 133, 9;4, 9, 777) says of its program;
 * `payload` stands between `ESC ]` and the terminator. Null for what says nothing or is malformed.
 */
export const evidenceFromControlString = (payload: string, now: number): AgentEvidence | null => {
	const semicolon = payload.indexOf(';');
	const code = semicolon < 0 ? payload : payload.slice(0, semicolon);
	const rest = semicolon < 0 ? '' : payload.slice(semicolon + 1);
	if (code === '7501') return evidenceFromReport(rest, now);
	if (code === '133') return fromShellMark(rest, now);
	if (code === '9' && /^4(?:;|$)/.test(rest)) return fromProgress(rest, now);
	if (code === '9') return hint('osc9', rest, now);
	if (code === '777' && rest.startsWith('notify;')) return hint('osc777', rest.slice(7), now);
	return null;
};

const hint = (source: string, text: string, now: number): AgentEvidence => ({
	source,
	state: null,
	strength: strength.hint,
	at: now,
	expiresAt: now + lifetime.hint,
	detail: `it notified: ${plainText(text.replaceAll(';', ' '), 300)}`,
});

// FinalTerm marks: A prompt begins, B the command line begins, C output begins, D it ended.
const shellMarks = {A: 'idle', B: 'idle', C: 'working', D: 'idle'} as const;

const fromShellMark = (rest: string, now: number): AgentEvidence | null => {
	const mark = rest[0] as keyof typeof shellMarks;
	const state = shellMarks[mark];
	if (state === undefined) return null;
	return {
		source: 'osc133',
		state,
		strength: strength.shellMarks,
		at: now,
		expiresAt: null,
		detail: state === 'idle' ? 'the shell is at its prompt' : 'the shell runs a command',
	};
};

// ConEmu's progress: 0 gone, 1 a value, 2 an error, 3 without a value, 4 paused.
const fromProgress = (rest: string, now: number): AgentEvidence => {
	const [, kind = '0', value = ''] = rest.split(';');
	const running = kind === '1' || kind === '3';
	return {
		source: 'osc9;4',
		state: running ? 'working' : null,
		strength: running ? strength.progress : strength.none,
		at: now,
		expiresAt: running ? now + lifetime.progress : null,
		detail: running
			? `progress${kind === '1' ? ` ${Math.min(100, Number.parseInt(value, 10) || 0)} %` : ''}`
			: kind === '2'
				? 'progress stopped with an error'
				: kind === '4'
					? 'progress paused'
					: 'no progress shown',
	};
};

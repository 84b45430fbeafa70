import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import {lifetime, strength} from '../../host/arbiter/rules.ts';
import type {HookEvent} from '../kind.ts';

/** An event as evidence for a state, or for none. */
export const hookEvidence = (
	{event, at}: HookEvent,
	state: AgentEvidence['state'],
): AgentEvidence => ({
	source: 'hook',
	state,
	strength: state === null ? strength.none : strength.hook,
	at,
	expiresAt: state === 'working' ? at + lifetime.hookWorking : null,
	detail: event,
});

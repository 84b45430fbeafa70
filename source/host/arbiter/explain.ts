import type {Evidence, Explanation} from '../../protocol/evidence.ts';
import type {AgentEvidence, Verdict} from './evidence.ts';
import type {EvidenceStore} from './remember.ts';

/** The answer to "why does it say so?": all that is known, which rule decided, and what was overruled. */
export const explain = (
	agent: {id: string; name: string; since: string},
	store: EvidenceStore,
	verdict: Verdict,
	now: number,
): Omit<Explanation, 'dropped'> => ({
	id: agent.id,
	name: agent.name,
	state: verdict.state,
	since: agent.since,
	rule: verdict.rule,
	evidence: [...store.slots.values()]
		.map(({evidence}) => evidence)
		.sort((a, b) => b.strength - a.strength || b.at - a.at)
		.map(evidence => wire(evidence, now)),
	overruled: verdict.overruled.map(evidence => wire(evidence, now)),
});

const wire = (
	{source, record, state, strength, at, expiresAt, detail}: AgentEvidence,
	now: number,
): Evidence => ({
	source: record === undefined ? source : `${source} ${record}`,
	state,
	strength,
	at: new Date(at).toISOString(),
	detail: expiresAt !== null && expiresAt <= now ? `${detail} (too old to count)` : detail,
});

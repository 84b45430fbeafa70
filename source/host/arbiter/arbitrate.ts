import type {Attention} from '../../protocol/agent.ts';
import type {AgentEvidence, Verdict} from './evidence.ts';
import type {EvidenceStore, Remembered} from './remember.ts';
import {idleHoldMs, strength, tickMs} from './rules.ts';

// A title that turns may still say "working" after a hook told of a question, or of the turn's end.
const turnGraceMs = 1500;

type Finding = Pick<Verdict, 'state' | 'rule'> & {reconsiderAt?: number};
type Case = {
	store: EvidenceStore;
	now: number;
	previous: Pick<Verdict, 'state'> | null;
	/** Fresh and speaking for a state, the strongest and then the newest first. */
	fresh: readonly Remembered[];
	/** The first of them. */
	winner: Remembered;
};
type Rule = (given: Case) => Finding | null;

/**
 * What the agent is doing, from the evidence and the clock alone: the first rule that applies
 * decides. `previous` is the verdict that is shown now; it only delays what must hold first.
 */
export const arbitrate = (
	store: EvidenceStore,
	now: number,
	previous: Pick<Verdict, 'state'> | null,
): Verdict => {
	const fresh = [...store.slots.values()].filter(isFresh(now)).sort(byWeight);
	const winner = fresh[0];
	if (!winner) {
		return {
			state: 'unknown',
			rule: 'nothing that is known tells its state',
			deciding: null,
			overruled: [],
			attention: null,
			reconsiderAt: null,
		};
	}

	const given = {store, now, previous, fresh, winner};
	const finding = rules.map(rule => rule(given)).find(found => found !== null)!;
	const wakeUps = [winner.evidence.expiresAt, finding.reconsiderAt].filter(
		time => typeof time === 'number' && time > now,
	) as number[];
	return {
		state: finding.state,
		rule: finding.rule,
		deciding: winner.evidence,
		overruled: fresh
			.slice(1)
			.map(({evidence}) => evidence)
			.filter(({state}) => state !== finding.state),
		attention: attentionOf(given, finding.state),
		reconsiderAt: wakeUps.length > 0 ? Math.min(...wakeUps) : null,
	};
};

const exited: Rule = ({winner}) =>
	winner.evidence.strength === strength.exit
		? {state: 'exited', rule: 'its process ended (process), and nothing argues with that'}
		: null;

const finishedAndSeen: Rule = given => {
	const {winner, store} = given;
	const end = winner.evidence.state === 'done' ? winner : turnEnd(given);
	return end && (store.seenAt ?? -1) >= end.since
		? {state: 'idle', rule: 'it finished its turn, and a person has looked since (seen)'}
		: null;
};

/** `idle` and `done` do not argue: a source that cannot tell them apart says idle. */
const finished: Rule = given => {
	const end = turnEnd(given);
	const {source} = given.winner.evidence;
	return end
		? {
				state: 'done',
				rule: `it is idle (${source}), and its turn was seen to end (${end.evidence.source})`,
			}
		: null;
};

const idleMustHold: Rule = given => {
	const {winner, previous} = given;
	return mustHold(given)
		? {
				state: previous!.state,
				rule: `it looks ${winner.evidence.state}, which must hold ${idleHoldMs} ms before it is believed`,
				reconsiderAt: winner.since + idleHoldMs,
			}
		: null;
};

const strongest: Rule = ({winner}) => ({
	state: winner.evidence.state!,
	rule: `the strongest evidence that is fresh (${winner.evidence.source})`,
});

/** In this order; the last one always applies. */
const rules: readonly Rule[] = [exited, finishedAndSeen, finished, idleMustHold, strongest];

/** The evidence that a turn ended after the last work, where the winner only says `idle`. */
const turnEnd = ({winner, fresh, store}: Case): Remembered | undefined =>
	winner.evidence.state === 'idle'
		? fresh.find(
				({evidence, since}) =>
					evidence.state === 'done' && since >= (store.workedAt ?? -Infinity) - turnGraceMs,
			)
		: undefined;

/** Going quiet is believed at once only from a source that knows, or from two that agree. */
const mustHold = ({winner, fresh, previous, now}: Case): boolean => {
	const {state} = winner.evidence;
	if (previous?.state !== 'working' && previous?.state !== 'blocked') return false;
	if (now - winner.since >= idleHoldMs) return false;
	if (state === 'idle') return true;
	return (
		state === 'done' &&
		winner.evidence.strength < strength.sessionFile &&
		!fresh.some(other => other !== winner && other.evidence.state !== 'working')
	);
};

const isFresh =
	(now: number) =>
	({evidence: {state, expiresAt}}: Remembered): boolean =>
		state !== null && (expiresAt === null || expiresAt > now);

const byWeight = (a: Remembered, b: Remembered): number =>
	b.evidence.strength - a.evidence.strength ||
	b.evidence.at - a.evidence.at ||
	a.evidence.source.localeCompare(b.evidence.source);

/**
 * What a person is asked, from whoever tells it best: a question that can be named, then the strongest.
 * What was asked before the agent last worked has its answer. Choices may come from the screen.
 */
const attentionOf = (given: Case, state: Verdict['state']): Attention | null => {
	const {store, now} = given;
	if (state === 'done') return failureOf(given);
	if (state !== 'blocked') return null;
	const workedAt = store.workedAt ?? -Infinity;
	const asked = [...store.slots.values()]
		.map(({evidence}) => evidence)
		.filter(isAsking)
		.filter(
			({source, at, expiresAt}) =>
				at >= workedAt - (source === 'screen' ? tickMs : turnGraceMs) &&
				(expiresAt === null || expiresAt > now),
		)
		.sort((a, b) => b.strength - a.strength || b.at - a.at);
	const screen = asked.find(({source}) => source === 'screen')?.attention;
	const told = asked.filter(({source}) => source !== 'screen').map(({attention}) => attention);
	const best = told.find(({id}) => id !== null) ?? told[0] ?? screen ?? null;
	if (best === null || best.choices.length > 0 || !screen) return best;
	return {...best, id: best.id ?? screen.id, choices: screen.choices};
};

/** A turn that ended badly says why, whichever source saw it. */
const failureOf = ({fresh, store}: Case): Attention | null =>
	fresh.find(
		({evidence, since}) =>
			evidence.state === 'done' &&
			evidence.attention &&
			since >= (store.workedAt ?? -Infinity) - turnGraceMs,
	)?.evidence.attention ?? null;

const isAsking = (evidence: AgentEvidence): evidence is AgentEvidence & {attention: Attention} =>
	(evidence.state === 'blocked' || evidence.state === null) && Boolean(evidence.attention);

import type {RuntimeEvent} from '../../../source/host/runtimes/runtime.ts';
import {arbitrate} from '../../../source/host/arbiter/arbitrate.ts';
import type {AgentEvidence, Verdict} from '../../../source/host/arbiter/evidence.ts';
import {evidenceFromRuntime, type Subject} from '../../../source/host/arbiter/from-runtime.ts';
import {emptyStore, remember, type EvidenceStore} from '../../../source/host/arbiter/remember.ts';

type Told = DistributiveOmit<RuntimeEvent, 'id'>;
type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/** One agent's life told step by step, its verdict asked as the daemon asks it. */
export const tell = (
	subject: Subject = {agent: 'shell', shell: null},
	beganAt: number | null = null,
) => {
	let store: EvidenceStore = {...emptyStore, beganAt};
	let verdict: Verdict | null = null;
	const ask = (now: number): Verdict => {
		// The daemon wakes when the verdict asked for it.
		while (verdict?.reconsiderAt && verdict.reconsiderAt <= now) {
			verdict = arbitrate(store, verdict.reconsiderAt, verdict);
		}

		verdict = arbitrate(store, now, verdict);
		return verdict;
	};

	return {
		/** The state right after `event` at `now`. */
		sees(now: number, event: Told) {
			ask(now);
			const evidence = evidenceFromRuntime({...event, id: 'a'} as RuntimeEvent, now, subject);
			if (evidence) store = remember(store, evidence);
			return ask(now).state;
		},
		learns(now: number, evidence: AgentEvidence) {
			ask(now);
			store = remember(store, evidence);
			return ask(now).state;
		},
		at: (now: number) => ask(now).state,
		verdict: ask,
		get store() {
			return store;
		},
	};
};

export const report = (fields: string): {kind: 'osc'; payload: string} => ({
	kind: 'osc',
	payload: `7501;${fields}`,
});

import {createAdmission} from '../../protocol/admission.ts';
import type {Dropped} from '../../protocol/evidence.ts';

/** As many as a terminal's: an agent has no more to say of itself. */
const rate = {burst: 40, perSecond: 20};
const allAgents = {burst: 2000, perSecond: 1000};

/** Reports that were not believed, counted by agent and reason: a flood costs a counter. */
export class Drops {
	readonly #counts = new Map<string, Map<Dropped['why'], number>>();
	readonly #admission = createAdmission(rate, allAgents);

	/** Whether one more report that comes over the socket is read; one that is not is counted. */
	admit(id: string, now: number): boolean {
		const isAdmitted = this.#admission.admit(id, now);
		if (!isAdmitted) this.count(id, 'too many');
		return isAdmitted;
	}

	count(id: string, why: Dropped['why'], count = 1): void {
		const counts = this.#counts.get(id) ?? new Map<Dropped['why'], number>();
		counts.set(why, (counts.get(why) ?? 0) + count);
		this.#counts.set(id, counts);
	}

	of(id: string): Dropped[] {
		return [...(this.#counts.get(id) ?? [])].map(([why, count]) => ({why, count}));
	}

	forget(id: string): void {
		this.#counts.delete(id);
	}
}

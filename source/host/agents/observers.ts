import {interactiveShell} from '../../agents/shell.ts';
import type {Agent} from '../../protocol/agent.ts';
import type {Explanation} from '../../protocol/evidence.ts';
import {arbitrate} from '../arbiter/arbitrate.ts';
import type {AgentEvidence, Verdict} from '../arbiter/evidence.ts';
import {explain} from '../arbiter/explain.ts';
import {evidenceFromRuntime, evidenceOfLooking, type Subject} from '../arbiter/from-runtime.ts';
import {Drops} from './drops.ts';
import {emptyStore, remember, type EvidenceStore} from '../arbiter/remember.ts';
import {lifetime} from '../arbiter/rules.ts';
import type {RuntimeEvent} from '../runtimes/runtime.ts';
import type {Registry} from './registry.ts';

/** setTimeout takes no more than this; a later moment is looked at again then. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * What is known of each agent, and what follows from it. Evidence moves an agent at once; the
 * clock moves it through one timer, set for the earliest moment at which it could.
 */
export class Observers {
	/** What was not believed of what agents report. */
	readonly drops = new Drops();
	#registry: Registry;
	#now: () => number;
	#reconsiderAt = new Map<string, number>();
	/** Till then what the last daemon knew holds where nothing was heard yet. */
	#heirUntil = -Infinity;
	#timer: NodeJS.Timeout | undefined;
	#timerAt = Infinity;

	/** Told after each change of a state or of what is asked. */
	onVerdict: (id: string) => void = () => {};

	constructor(registry: Registry, now: () => number = Date.now) {
		this.#registry = registry;
		this.#now = now;
	}

	/**
	 * A daemon takes over from the last one: what an agent prints is heard only from now on, and whoever
	 * worked till now works on.
	 */
	inherit(): void {
		this.#heirUntil = this.#now() + lifetime.output;
	}

	/** A new run: what the last one showed says nothing of it. `known` is what is to be said of it from the start. */
	begin(id: string, known: AgentEvidence | null = null): void {
		const store = {...emptyStore, beganAt: this.#now()};
		this.#registry.evidence.set(id, known ? remember(store, known) : store);
	}

	forget(id: string): void {
		this.drops.forget(id);
		this.#reconsiderAt.delete(id);
	}

	/** What the runtime saw; `change` is what else it says of the agent, for one event of both. */
	see(event: RuntimeEvent, change: Partial<Agent> = {}): void {
		const agent = this.#registry.get(event.id);
		if (agent === undefined) return;
		if (event.kind === 'dropped') return this.drops.count(event.id, event.why, event.count);
		// A daemon that adopts a terminal hears its process for the first time; it has not begun now.
		if (event.kind === 'pid' && event.pid === agent.pid) return;
		const evidence = evidenceFromRuntime(event, this.#now(), subjectOf(agent));
		if (event.kind === 'osc' && evidence === null && isReport(event.payload))
			this.drops.count(event.id, 'malformed');
		this.#take(agent, evidence, change);
	}

	/** A person looks: `done` becomes `idle`. */
	look(id: string): void {
		const agent = this.#registry.get(id);
		if (agent) this.#take(agent, evidenceOfLooking(this.#now()));
	}

	/** What the agent tells of itself. */
	tell(id: string, evidence: AgentEvidence): void {
		const agent = this.#registry.get(id);
		if (agent) this.#take(agent, evidence);
	}

	explain(agent: Agent): Explanation {
		const dropped = this.drops.of(agent.id);
		return {...explain(agent, this.#store(agent.id), this.#verdict(agent), this.#now()), dropped};
	}

	/** Looks at an agent again, by the clock alone; without any evidence it stays as it is. */
	reconsider(id: string): void {
		const agent = this.#registry.get(id);
		if (agent && this.#store(id).slots.size > 0) this.#take(agent, null);
	}

	close(): void {
		clearTimeout(this.#timer);
	}

	#take(agent: Agent, evidence: AgentEvidence | null, change: Partial<Agent> = {}): void {
		const known = this.#store(agent.id);
		const store = evidence ? remember(known, evidence) : known;
		this.#registry.evidence.set(agent.id, store);
		const verdict = this.#verdict(agent);
		this.#wakeAt(agent.id, verdict.reconsiderAt);
		this.#registry.update(agent.id, {
			...store.facts,
			...change,
			state: verdict.state,
			attention: verdict.attention,
		});
		const asks = JSON.stringify(verdict.attention) !== JSON.stringify(agent.attention);
		if (asks || verdict.state !== agent.state) this.onVerdict(agent.id);
	}

	#store(id: string): EvidenceStore {
		return this.#registry.evidence.get(id) ?? emptyStore;
	}

	#verdict(agent: Agent): Verdict {
		const verdict = arbitrate(this.#store(agent.id), this.#now(), {state: agent.state});
		if (verdict.state !== 'unknown' || this.#now() >= this.#heirUntil) return verdict;
		return {
			...verdict,
			state: agent.state,
			attention: agent.attention,
			rule: 'the daemon began anew, and holds for true what was known until it hears more',
			reconsiderAt: this.#heirUntil,
		};
	}

	#wakeAt(id: string, at: number | null): void {
		if (at === null) this.#reconsiderAt.delete(id);
		else this.#reconsiderAt.set(id, at);
		if (at !== null && at < this.#timerAt) this.#setTimer(at);
	}

	#setTimer(at: number): void {
		clearTimeout(this.#timer);
		this.#timerAt = at;
		const delay = Math.min(Math.max(at - this.#now(), 0) + 1, longestTimerMs);
		this.#timer = setTimeout(() => this.#wake(), delay);
	}

	#wake(): void {
		this.#timerAt = Infinity;
		const now = this.#now();
		const due = [...this.#reconsiderAt].filter(([, at]) => at <= now);
		for (const [id] of due) {
			this.#reconsiderAt.delete(id);
			this.reconsider(id);
		}

		const next = Math.min(...this.#reconsiderAt.values());
		if (next < this.#timerAt) this.#setTimer(next);
	}
}

const subjectOf = ({agent, command}: Agent): Subject => ({agent, shell: interactiveShell(command)});

/** A report, but not the question whether anybody reads reports. */
const isReport = (payload: string): boolean => /^7501;(?!\?)/.test(payload);

import type {Agent, AgentState} from '../protocol/agent.ts';
import {parseEventId, type FleetEvent} from '../protocol/event.ts';
import {AgentMap} from './agent-map.ts';
import {emptyCounts, type FleetInput, type FleetSlice} from './slice.ts';

/** Where a link cannot say when it last heard the host: a dead link is noticed by 15 s of silence. */
const silenceMs = 15_000;

/** What is known after one more thing was heard. Pure; the same slice when nothing changed. */
export const reduce = (slice: FleetSlice, input: FleetInput): FleetSlice =>
	reduceAll(slice, [input]);

/**
 * The same for many at once: the fleet is copied once a batch, not once an event, so that
 * 10,000 agents with 1,000 updates a second stay cheap.
 */
export const reduceAll = (slice: FleetSlice, inputs: readonly FleetInput[]): FleetSlice =>
	reduceChanges(slice, inputs).slice;

/** Which agents a batch touched; undefined when it replaced them all. */
export type Changes = ReadonlySet<string> | undefined;

/** The same, and whom it touched, so that an order need not look at everyone to mend itself. */
export const reduceChanges = (
	slice: FleetSlice,
	inputs: readonly FleetInput[],
): {slice: FleetSlice; changes: Changes} => {
	const draft = new Draft(slice);
	for (const input of inputs) draft.apply(input);
	const {changes} = draft;
	return {slice: draft.finish(), changes};
};

type Mutable<T> = {-readonly [K in keyof T]: T[K]};

/** A slice that is being made: what changes is gathered, and put into it at the end. */
class Draft {
	readonly #base: FleetSlice;
	#next: Mutable<FleetSlice>;
	/** Over `#next.agents`; undefined: taken out. */
	#agents = new Map<string, Agent | undefined>();
	#counts: Record<AgentState, number> | undefined;
	#isReplaced = false;

	constructor(base: FleetSlice) {
		this.#base = base;
		this.#next = {...base};
	}

	/** Before `finish`. */
	get changes(): Changes {
		return this.#isReplaced ? undefined : new Set(this.#agents.keys());
	}

	apply(input: FleetInput): void {
		if (input.kind === 'clock') {
			this.#next.now = input.now;
		} else if (input.kind === 'link') {
			this.#link(input);
		} else {
			this.#event(input.event, input.at);
		}
	}

	finish(): FleetSlice {
		if (this.#agents.size > 0) this.#next.agents = this.#next.agents.with(this.#agents);
		if (this.#counts) this.#next.counts = this.#counts;
		const keys = Object.keys(this.#next) as Array<keyof FleetSlice>;
		return keys.some(key => this.#next[key] !== this.#base[key]) ? this.#next : this.#base;
	}

	#link({link, at, heardAt}: Extract<FleetInput, {kind: 'link'}>): void {
		const was = this.#next.link;
		this.#next.link = link;
		this.#next.now = Math.max(this.#next.now, at);
		if (link.phase === 'live') {
			this.#next.heardAt = at;
			this.#next.closing = null;
		} else if (was.phase === 'live') {
			this.#next.heardAt = heardAt ?? Math.max(this.#next.heardAt ?? 0, at - silenceMs);
		}
	}

	#event(event: FleetEvent, at: number): void {
		this.#next.heardAt = at;
		if (event.id !== undefined) {
			if (event.event !== 'snapshot' && this.#isOld(event.id)) return;
			this.#next.eventId = event.id;
		}

		switch (event.event) {
			case 'snapshot':
				this.#replace(event.data.agents);
				this.#next.isKnown = true;
				if (event.data.stats) {
					this.#next.stats = event.data.stats;
					// They may be some seconds old: only a gross difference says anything.
					const age = at - Date.parse(event.data.stats.at);
					if (Math.abs(age) > 60_000) this.#measureClock(event.data.stats.at, at);
				}

				break;
			case 'agent.created':
			case 'agent.updated':
				this.#put(event.data.agent);
				break;
			case 'agent.removed':
				this.#remove(event.data.id);
				break;
			case 'host.stats':
				this.#next.stats = event.data;
				this.#measureClock(event.data.at, at);
				break;
			case 'host.closing':
				this.#next.closing = event.data.reason || 'the host closes';
				break;
			// Actions and sync have stores of their own.
			case 'action.requested':
			case 'action.resolved':
			case 'sync.changed':
				break;
		}
	}

	/** An event that is in here already: a replay that overlaps must not bring the removed back. */
	#isOld(id: string): boolean {
		const last = this.#next.eventId === undefined ? undefined : parseEventId(this.#next.eventId);
		const next = parseEventId(id);
		return Boolean(last && next && last.epoch === next.epoch && next.sequence <= last.sequence);
	}

	#get(id: string): Agent | undefined {
		return this.#agents.has(id) ? this.#agents.get(id) : this.#next.agents.get(id);
	}

	#replace(agents: readonly Agent[]): void {
		const counts = {...emptyCounts};
		const next = new Map<string, Agent>();
		for (const agent of agents) {
			const before = this.#get(agent.id);
			const isSame = before !== undefined && isUnchanged(before, agent);
			const previous = next.get(agent.id);
			if (previous) counts[previous.state]--;
			// Rows that did not change keep their identity, so that they are not drawn again.
			next.set(agent.id, isSame ? before : agent);
			counts[agent.state]++;
		}

		this.#next.agents = AgentMap.empty;
		this.#agents = next;
		this.#counts = counts;
		this.#isReplaced = true;
	}

	#put(agent: Agent): void {
		const before = this.#get(agent.id);
		if (before && agent.revision <= before.revision) return;
		this.#agents.set(agent.id, agent);
		if (before) this.#count(before.state, -1);
		this.#count(agent.state, 1);
	}

	#remove(id: string): void {
		const before = this.#get(id);
		if (!before) return;
		this.#agents.set(id, undefined);
		this.#count(before.state, -1);
	}

	#count(state: AgentState, change: number): void {
		this.#counts ??= {...this.#next.counts};
		this.#counts[state] += change;
	}

	/** A message cannot arrive before it was sent: the smallest difference seen is the nearest. */
	#measureClock(sentAt: string, receivedAt: number): void {
		const difference = receivedAt - Date.parse(sentAt);
		if (!Number.isFinite(difference)) return;
		const known = this.#next.clockOffsetMs;
		// Below a second it is the way's delay as likely as the clock, and ages are in seconds.
		const isNear = Math.abs(difference) < 1000;
		if (isNear) this.#next.clockOffsetMs = 0;
		else if (known === 0 || Math.abs(difference - known) > 1000)
			this.#next.clockOffsetMs = difference;
	}
}

/** A new epoch counts revisions anew, so an equal revision alone proves nothing there. */
const isUnchanged = (a: Agent, b: Agent): boolean =>
	a.revision === b.revision &&
	a.state === b.state &&
	a.since === b.since &&
	a.title === b.title &&
	a.name === b.name &&
	JSON.stringify(a) === JSON.stringify(b);

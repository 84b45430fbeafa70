import type {AgentEvidence} from './evidence.ts';
import {mostRecords, shellStartMs, shortestTurnMs, strength, tickMs} from './rules.ts';

/** One source's last word, and since when it says this. */
export type Remembered = {
	evidence: AgentEvidence;
	/** When the source first said this state in a row; a repetition moves `evidence.at` only. */
	since: number;
};

/** Everything the arbiter knows of one agent; a value, replaced and never changed. */
export type EvidenceStore = {
	/** By source, and record where it keeps several. */
	readonly slots: ReadonlyMap<string, Remembered>;
	/** When this run of the agent began; what happened before it says nothing of its state. */
	readonly beganAt: number | null;
	/** When something last spoke for `working`; output does not count. */
	readonly workedAt: number | null;
	/** When a person last looked. */
	readonly seenAt: number | null;
	readonly facts: AgentFacts;
	/** Shell sources that were seen at a prompt: only then does a command end a turn. */
	readonly settled: readonly string[];
};

/** What agents tell beside a state; the newest word of each, kept when its evidence is gone. */
export type AgentFacts = {
	session: string | null;
	title: string | null;
	model: string | null;
	usage: {cost: number | null; tokens: number | null} | null;
};

export const emptyStore: EvidenceStore = {
	slots: new Map(),
	beganAt: null,
	workedAt: null,
	seenAt: null,
	facts: {session: null, title: null, model: null, usage: null},
	settled: [],
};

const terminalSources = new Set(['osc7501', 'osc133', 'osc9;4']);
const shellSources = new Set(['foreground', 'osc133']);

export const slotOf = ({source, record}: AgentEvidence): string =>
	record === undefined ? source : `${source}:${record}`;

/** The store with one more piece of evidence; the same store where it is old news. */
export const remember = (store: EvidenceStore, evidence: AgentEvidence): EvidenceStore => {
	if (evidence.source === 'seen') {
		return {...store, seenAt: Math.max(store.seenAt ?? 0, evidence.at)};
	}

	if (isOldNews(store, evidence)) return store;
	const ofRun = ofThisRun(store, evidence);
	const read = ofRun.source === 'foreground' ? distrustStart(store, ofRun) : ofRun;
	const slot = slotOf(read);
	const before = store.slots.get(slot);
	const told = endTurn(store, before, read);
	// A command that ended stays ended while its shell says "at the prompt" again and again.
	const repeated =
		before !== undefined &&
		before.evidence.state === told.state &&
		before.evidence.attention?.id === told.attention?.id;
	const slots = new Map(store.slots);
	if (told.clears) clear(slots, told);
	// Last again, so that the first of the map is the one told of least recently.
	slots.delete(slot);
	slots.set(slot, {evidence: told, since: repeated ? before.since : told.at});
	if (shellSources.has(told.source) && read.state === 'idle') endReports(slots, told.at);
	if (told.source === 'unheard') doubtReports(slots);
	bound(slots, told.source);
	const works = told.state === 'working' && told.strength > strength.output;
	return {
		...store,
		slots,
		workedAt: works ? Math.max(store.workedAt ?? 0, told.at) : store.workedAt,
		facts: mergeFacts(store, told),
		settled:
			shellSources.has(told.source) && read.state === 'idle' && !store.settled.includes(told.source)
				? [...store.settled, told.source]
				: store.settled,
	};
};

/** Older than what its source, or a record above it, already said. */
const isOldNews = (store: EvidenceStore, evidence: AgentEvidence): boolean => {
	const known = store.slots.get(slotOf(evidence));
	if (known && known.evidence.at > evidence.at) return true;
	const parts = evidence.record?.split('/') ?? [];
	return parts.some((_, index) => {
		const above =
			index === 0 ? evidence.source : `${evidence.source}:${parts.slice(0, index).join('/')}`;
		const remembered = store.slots.get(above);
		return remembered?.evidence.clears === true && remembered.evidence.at > evidence.at;
	});
};

/** A session that is taken up again brings its log along: its facts hold, its states are the last run's. */
const ofThisRun = ({beganAt}: EvidenceStore, evidence: AgentEvidence): AgentEvidence => {
	if (beganAt === null || evidence.at >= beganAt - tickMs) return evidence;
	return {...evidence, state: null, strength: strength.none, attention: null};
};

/** While a shell starts, what stands in front is its launcher or start-up files: no work yet. */
const distrustStart = (store: EvidenceStore, evidence: AgentEvidence): AgentEvidence => {
	const start = store.slots.get('process');
	const early = start !== undefined && evidence.at - start.since < shellStartMs;
	return evidence.state === 'working' && early && !store.settled.includes(evidence.source)
		? {...evidence, state: null, strength: strength.none}
		: evidence;
};

/** A shell that comes back to its prompt after a command of some length has finished a turn. */
const endTurn = (
	store: EvidenceStore,
	before: Remembered | undefined,
	evidence: AgentEvidence,
): AgentEvidence => {
	if (!shellSources.has(evidence.source) || evidence.state !== 'idle') return evidence;
	if (before?.evidence.state === 'done') return {...evidence, state: 'done'};
	const worked = before?.evidence.state === 'working' && store.settled.includes(evidence.source);
	return worked && evidence.at - before.since >= shortestTurnMs
		? {...evidence, state: 'done', detail: `${before.evidence.detail}: finished`}
		: evidence;
};

const clear = (slots: Map<string, Remembered>, {source, record}: AgentEvidence): void => {
	const prefix = record === undefined ? `${source}:` : `${source}:${record}/`;
	for (const slot of slots.keys()) {
		if (slot.startsWith(prefix)) slots.delete(slot);
	}
};

/** A shell's prompt means that the program which reported is gone: what it was at is no longer so. */
const endReports = (slots: Map<string, Remembered>, at: number): void => {
	for (const [slot, {evidence}] of slots) {
		const live = evidence.state === 'working' || evidence.state === 'blocked';
		if (evidence.source === 'osc7501' && live && evidence.at <= at) slots.delete(slot);
	}
};

/** What a terminal told counts less once it may have told more that nobody heard. */
const doubtReports = (slots: Map<string, Remembered>): void => {
	for (const [slot, {evidence, since}] of slots) {
		if (!terminalSources.has(evidence.source) || evidence.strength <= strength.doubtful) continue;
		slots.set(slot, {since, evidence: {...evidence, strength: strength.doubtful}});
	}
};

const bound = (slots: Map<string, Remembered>, source: string): void => {
	const records = [...slots.keys()].filter(slot => slot.startsWith(`${source}:`));
	for (const slot of records.slice(0, Math.max(0, records.length - mostRecords)))
		slots.delete(slot);
};

/** A terminal's title is the last resort: an agent that names its session itself is believed first. */
const mergeFacts = ({facts, slots}: EvidenceStore, told: AgentEvidence): AgentFacts => {
	const named = [...slots.values()].some(
		({evidence}) =>
			evidence.source !== 'title' && evidence.source !== told.source && evidence.title,
	);
	return {
		session: told.session === undefined ? facts.session : told.session,
		model: told.model === undefined ? facts.model : told.model,
		usage: told.usage === undefined ? facts.usage : told.usage,
		title:
			told.title === undefined || (told.source === 'title' && (named || told.title === null))
				? facts.title
				: told.title,
	};
};

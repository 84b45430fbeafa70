import {setTimeout as delay} from 'node:timers/promises';
import type {Agent, AgentState} from '../../source/protocol/agent.ts';
import type {Fleet, Recorded, Row} from './fleet.ts';

export type Transition = {
	name: string;
	/** What decided, as `explain` names it. */
	source: string;
	/** From what made it so (our key, the model's answer) to the changed row: the agent's own time too. */
	delayMs: number | null;
	/** From what the agent said of it to the changed row. */
	toldMs: number | null;
	/** When the row was there. */
	rowAt?: number | undefined;
	problem: string | null;
};

export type Expected = {
	/** When what makes it so was done; null where that is not known. */
	act?: () => number | null;
	/** What else must be true of the row; says what is not. */
	check?: (agent: Agent) => string | null;
	patienceMs?: number;
};

/** Who watches one agent's row, expects each of its states in turn, and remembers every one that it was in. */
export const witness = (label: string, {fleet, id}: {fleet: Fleet; id: string}) => {
	const transitions: Transition[] = [];
	const expected: AgentState[] = [];
	/** Rows before this one have been looked at. */
	let cursor = 0;
	const rows = (): Row[] => fleet.rows.filter(row => row.agent.id === id);
	const now = (): Agent | undefined => rows().at(-1)?.agent;

	const add = (transition: Transition): void => {
		transitions.push(transition);
		const {name, source, delayMs, toldMs, problem} = transition;
		const times =
			delayMs === null && toldMs === null ? '' : `${delayMs ?? '-'} ms, told ${toldMs ?? '-'} ms`;
		console.log(
			`  ${label.padEnd(9)} ${name.padEnd(28)} ${problem === null ? 'ok' : 'WRONG'} ${times} ${source && `(${source})`}`,
		);
		if (problem !== null) console.log(problem);
	};

	return {
		transitions,
		now,
		/** Waits for the next row in that state; whatever stood between is told of by `nothingElse`. */
		async expect(
			name: string,
			state: AgentState,
			{act = () => null, check = () => null, patienceMs = 60_000}: Expected = {},
		): Promise<Agent | undefined> {
			expected.push(state);
			const deadline = Date.now() + patienceMs;
			const isIn = ({agent}: Row) => agent.state === state;
			let fresh: Row[];
			let found: Row | undefined;
			for (;;) {
				fresh = rows().slice(cursor);
				found = fresh.find(row => isIn(row) && check(row.agent) === null);
				if (found || Date.now() > deadline) break;
				await delay(10);
			}

			const first = fresh.find(isIn);
			if (first) cursor = rows().indexOf(found ?? first) + 1;
			const at = act();
			const told = fleet.explain(id);
			add({
				name,
				source: [...told.rule.matchAll(/\(([^)]+)\)/g)].map(([, source]) => source).join(' + '),
				delayMs: first && at !== null ? Math.max(0, Math.round(first.at - at)) : null,
				rowAt: first?.at,
				toldMs: first && state !== 'starting' ? toldAgo(fleet.recorded(id), first.at, state) : null,
				problem: found
					? null
					: `${now()?.state} ${JSON.stringify(now()?.attention)}${first ? `: ${check(first.agent)}` : ''}\n${JSON.stringify(told, null, 1)}\n${await fleet.screen(id).catch(String)}`,
			});
			return found?.agent;
		},
		/** What was shown since it started may have been these, in any order. */
		pass(...states: readonly AgentState[]): void {
			const shown = changesOf(rows());
			const more = shown.slice(shown.lastIndexOf('starting') + 1);
			if (!more.every(state => states.includes(state))) return;
			expected.splice(expected.lastIndexOf('starting') + 1, Infinity, ...more);
			cursor = rows().length;
		},
		note(name: string, problem: string | null): void {
			add({name, source: '', delayMs: null, toldMs: null, problem});
		},
		/** It was in no state that was not expected, not for a moment. */
		nothingElse(): void {
			const shown = changesOf(rows());
			const isSame = shown.join() === expected.join();
			this.note(
				'no other state was shown',
				isSame ? null : `expected ${expected.join(' ')}\n     was ${shown.join(' ')}`,
			);
		},
	};
};

const changesOf = (rows: readonly Row[]): AgentState[] =>
	rows.map(({agent}) => agent.state).filter((state, index, all) => state !== all[index - 1]);

export type Witness = ReturnType<typeof witness>;

/** How long before the row changed its evidence spoke, by the evidence's own time. */
const toldAgo = (
	recorded: readonly Recorded[],
	rowAt: number,
	state: AgentState,
): number | null => {
	const told = recorded.findLast(
		entry =>
			entry.at <= rowAt &&
			('look' in entry || ('evidence' in entry && entry.evidence.state === state)),
	);
	const event = recorded.findLast(entry => entry.at <= rowAt && 'event' in entry);
	const at = [told && 'evidence' in told ? told.evidence.at : told?.at, event?.at];
	const times = at.filter(time => time !== undefined);
	return times.length > 0 ? Math.max(0, Math.round(rowAt - Math.max(...times))) : null;
};

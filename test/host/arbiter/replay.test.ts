import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {AgentState} from '../../../source/protocol/agent.ts';
import type {RuntimeEvent} from '../../../source/host/runtimes/runtime.ts';
import {arbitrate} from '../../../source/host/arbiter/arbitrate.ts';
import type {AgentEvidence, Verdict} from '../../../source/host/arbiter/evidence.ts';
import {
	evidenceFromRuntime,
	evidenceOfLooking,
	type Subject,
} from '../../../source/host/arbiter/from-runtime.ts';
import {emptyStore, remember} from '../../../source/host/arbiter/remember.ts';

type Entry = {
	at: number;
	event?: RuntimeEvent;
	evidence?: AgentEvidence;
	look?: true;
	begin?: true;
	state?: AgentState;
};

const fixtures = path.resolve(import.meta.dirname, '../../../fixtures');
const read = (file: string): unknown[] =>
	readFileSync(path.join(fixtures, file), 'utf8')
		.split('\n')
		.filter(Boolean)
		.map(line => JSON.parse(line) as unknown);

/** Every state that a recorded run goes through, the clock's own changes included. */
const replay = (entries: readonly Entry[], subject: Subject): Array<Verdict & {at: number}> => {
	let store = emptyStore;
	const verdicts: Array<Verdict & {at: number}> = [];
	const judge = (at: number): void => {
		const verdict = arbitrate(store, at, verdicts.at(-1) ?? {state: 'starting'});
		verdicts.push({...verdict, at});
	};
	for (const {at, event, evidence, look, begin} of entries) {
		for (;;) {
			const wake = verdicts.at(-1)?.reconsiderAt;
			if (wake === null || wake === undefined || wake >= at) break;
			judge(wake);
		}

		if (begin) {
			store = {...emptyStore, beganAt: at};
			verdicts.push({...arbitrate(store, at, null), state: 'starting', at});
			continue;
		}

		const told = event
			? evidenceFromRuntime(event, at, subject)
			: look
				? evidenceOfLooking(at)
				: evidence;
		if (told) store = remember(store, told);
		judge(at);
	}

	return verdicts;
};

const changes = (states: readonly AgentState[]): AgentState[] =>
	states.filter((state, index) => state !== states[index - 1]);

const recordings = readdirSync(path.join(fixtures, 'agents')).filter(file =>
	file.endsWith('.jsonl'),
);

describe.each(recordings)('the recorded run of %s', file => {
	const [head, ...entries] = read(`agents/${file}`) as [{kind: string}, ...Entry[]];
	const subject = {agent: head.kind, shell: null};
	const inputs = entries.filter(({state}) => state === undefined);
	const recorded = changes(entries.flatMap(({state}) => state ?? []));
	const replayed = (stream: readonly Entry[]) =>
		changes(replay(stream, subject).map(({state}) => state));

	test('goes through the same states again', () => {
		expect(replayed(inputs)).toEqual(recorded);
	});

	test('works, is blocked, done, idle and ends in it', () => {
		for (const state of ['working', 'blocked', 'done', 'idle', 'exited']) {
			expect(recorded).toContain(state);
		}

		expect(recorded.at(-1)).toBe('exited');
	});

	test('says what is asked, with an id and choices', () => {
		const asked = replay(inputs, subject).flatMap(({attention}) => attention ?? []);
		expect(asked.some(({id, choices}) => id !== null && choices.length > 1)).toBe(true);
	});

	test('goes through the same states when everything is told twice', () => {
		expect(replayed(inputs.flatMap(entry => [entry, entry]))).toEqual(recorded);
	});

	test('gets stuck nowhere when evidence comes in another order', () => {
		fc.assert(
			fc.property(fc.array(fc.nat({max: 6}), {minLength: 8, maxLength: 8}), steps => {
				// Each piece may be overtaken by the next few.
				const late = inputs
					.map((entry, index) => ({entry, rank: index + steps[index % steps.length]!}))
					.sort((a, b) => a.rank - b.rank)
					.map(({entry}, index) => ({...entry, at: inputs[index]!.at}));
				expect(replayed(late).at(-1)).toBe('exited');
			}),
			{numRuns: 30},
		);
	});
});

const ordinary = readdirSync(path.join(fixtures, 'ordinary')).filter(file =>
	file.endsWith('.jsonl'),
);

describe('an hour of ordinary programs', () => {
	test('is an hour', () => {
		const minutes = ordinary.map(file => {
			const entries = read(`ordinary/${file}`) as Entry[];
			return (entries.at(-1)!.at - entries[0]!.at) / 60_000;
		});
		expect(minutes.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(60);
	});

	test.each(ordinary)('%s is never called blocked, done or idle', file => {
		const entries = read(`ordinary/${file}`) as Entry[];
		const verdicts = replay(entries, {agent: 'shell', shell: null});
		const wrong = verdicts.filter(({state}) => !['starting', 'working', 'unknown'].includes(state));
		expect(wrong).toEqual([]);
		expect(verdicts.some(({state}) => state === 'working')).toBe(true);
	});
});

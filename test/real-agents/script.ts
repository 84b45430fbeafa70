import {existsSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {StubModel} from '../../fixtures/stub-model/server.ts';
import type {Agent} from '../../source/protocol/agent.ts';
import type {Fleet} from './fleet.ts';
import type {Program} from './programs.ts';
import {witness, type Transition, type Witness} from './witness.ts';

const startPatienceMs = 90_000;

type Stage = {
	program: Program;
	fleet: Fleet;
	model: StubModel;
	project: string;
	id: string;
	seen: Witness;
};

/** Drives one program through its life, and tells of each transition what was seen and how soon. */
export const runScript = async (
	program: Program,
	{fleet, model, project}: {fleet: Fleet; model: StubModel; project: string},
): Promise<{id: string; transitions: Transition[]}> => {
	const launched = await fleet.call('POST', '/v1/agents', {
		agent: program.kind,
		cwd: project,
		args: program.args,
	});
	if (launched.status !== 201) throw new Error(JSON.stringify(launched.json));
	const {id} = launched.json.agent;
	const seen = witness(program.kind, {fleet, id});
	const stage: Stage = {program, fleet, model, project, id, seen};
	await seen.expect('launched', 'starting');
	await start(stage, 'start → idle');
	await permission(stage);
	await failure(stage);
	await interrupt(stage);
	if (program.questions) await question(stage);
	const session = facts(stage);
	await kill(stage);
	await restart(stage, session);
	await leave(stage);
	seen.nothingElse();
	return {id, transitions: seen.transitions};
};

const start = async ({program, fleet, id, seen}: Stage, name: string): Promise<void> => {
	await seen.expect(name, 'idle', {patienceMs: startPatienceMs});
	// Its channel speaks before it takes a prompt.
	const deadline = Date.now() + startPatienceMs;
	while (Date.now() < deadline && !program.ready.test(await fleet.screen(id))) await delay(50);
	await settle();
	if (program.worksAtStart) seen.pass('working', 'idle');
};

/** A person pauses between two things, too. */
const settle = () => delay(1200);

const type = async ({fleet, id}: Stage, text: string): Promise<number> => {
	const at = Date.now();
	await fleet.call('POST', `/v1/agents/${id}/input`, {text, submit: true});
	return at;
};

const look = async ({fleet, id, seen}: Stage): Promise<void> => {
	const at = Date.now();
	await fleet.call('POST', `/v1/agents/${id}/seen`);
	await seen.expect('done → idle (seen)', 'idle', {act: () => at});
	await settle();
};

const answer = async (
	{fleet, id, seen}: Stage,
	name: string,
	given: {id: string | null | undefined; choice: string | undefined},
	status = 200,
): Promise<void> => {
	const reply = await fleet.call('POST', `/v1/agents/${id}/answer`, given);
	seen.note(name, reply.status === status ? null : `${reply.status} ${JSON.stringify(reply.json)}`);
};

/** When the model had answered its request of that number. */
const answered =
	({model}: Stage, turn: number): (() => number | null) =>
	() =>
		model.turns[turn]?.answeredAt ?? null;

const permission = async (stage: Stage): Promise<void> => {
	const {program, model, project, seen} = stage;
	const file = path.join(project, `${program.kind}.txt`);
	const turn = model.turns.length;
	let at = await type(stage, `[slow 1000] [run sleep 1; touch ${file}] ${program.permission}`);
	await seen.expect('idle → working', 'working', {act: () => at});
	const asked = await seen.expect('working → blocked', 'blocked', {
		act: answered(stage, turn),
		check: ({attention}) =>
			attention?.kind === 'permission' && attention.text.includes('touch') && attention.id
				? attention.choices.length > 1
					? null
					: 'no choices'
				: 'not what it asks',
	});
	const given = {id: asked?.attention?.id, choice: asked?.attention?.choices[0]?.id};
	await answer(stage, 'another answer refused', {id: 'other', choice: '1'}, 409);
	at = Date.now();
	await answer(stage, 'answer taken', given);
	await seen.expect('blocked → working', 'working', {act: () => at});
	await seen.expect('working → done', 'done', {act: answered(stage, turn + 1)});
	seen.note('the answer was obeyed', existsSync(file) ? null : `no ${file}`);
	await answer(stage, 'late answer refused', given, 409);
	await look(stage);
};

const failure = async (stage: Stage): Promise<void> => {
	const {model, seen} = stage;
	const turn = model.turns.length;
	const at = await type(stage, '[slow 300] [fail 400] please');
	await seen.expect('idle → working (2)', 'working', {act: () => at});
	await seen.expect('failed → done, error', 'done', {
		act: answered(stage, turn),
		check: ({attention}) => (attention?.kind === 'error' ? null : 'no error told'),
	});
	await look(stage);
};

const interrupt = async (stage: Stage): Promise<void> => {
	const {program, fleet, id, seen} = stage;
	let at = await type(stage, '[slow 20000] please');
	await seen.expect('idle → working (3)', 'working', {act: () => at});
	await settle();
	for (let press = 0; press < program.escapes; press++) {
		if (press > 0) await delay(400);
		at = Date.now();
		await fleet.call('POST', `/v1/agents/${id}/input`, {keys: ['Escape']});
	}

	await seen.expect('interrupted → idle', 'idle', {act: () => at});
	await settle();
};

const question = async (stage: Stage): Promise<void> => {
	const {model, seen} = stage;
	const turn = model.turns.length;
	let at = await type(stage, '[slow 300] [ask] please');
	await seen.expect('idle → working (4)', 'working', {act: () => at});
	const asked = await seen.expect('question → blocked', 'blocked', {
		act: answered(stage, turn),
		check: ({attention}) =>
			attention?.kind === 'question' && attention.choices.some(({label}) => label === 'Blue')
				? null
				: 'not what it asks',
	});
	const blue = asked?.attention?.choices.find(({label}) => label === 'Blue')?.id;
	at = Date.now();
	await answer(stage, 'answer to question taken', {id: asked?.attention?.id, choice: blue});
	await seen.expect('answered → working', 'working', {act: () => at});
	await seen.expect('answered → done', 'done', {act: answered(stage, turn + 1)});
	seen.note(
		'the model heard the answer',
		model.turns.at(-1)?.history.includes('Blue') ? null : 'no',
	);
	await look(stage);
};

/** What it told beside its states; yields its session. */
const facts = ({program, seen}: Stage): string | null => {
	const {session, model, usage, title} = seen.now() ?? {};
	console.log(`  ${program.kind.padEnd(9)} ${JSON.stringify({session, model, usage, title})}`);
	seen.note('session, model', session && model ? null : JSON.stringify({session, model}));
	const isCounted = usage && (usage.tokens ?? 0) > 0 && (!program.costs || usage.cost !== null);
	seen.note(program.costs ? 'tokens, cost' : 'tokens', isCounted ? null : JSON.stringify(usage));
	return session ?? null;
};

const kill = async ({fleet, id, seen}: Stage): Promise<void> => {
	const at = Date.now();
	process.kill(seen.now()!.pid!, 'SIGKILL');
	const ended = await seen.expect('kill -9 → exited', 'exited', {
		act: () => at,
		check: isEnd({signal: 'SIGKILL'}),
	});
	const late = await fleet.call('POST', `/v1/agents/${id}/input`, {text: 'x'});
	seen.note('input refused after it', ended && late.status === 409 ? null : String(late.status));
};

const restart = async (stage: Stage, session: string | null): Promise<void> => {
	const {fleet, id, model, seen} = stage;
	await fleet.call('POST', `/v1/agents/${id}/restart`, {});
	await seen.expect('restarted', 'starting');
	await start(stage, 'restarted → idle');
	const turn = model.turns.length;
	const at = await type(stage, '[slow 300] go on');
	await seen.expect('idle → working (5)', 'working', {act: () => at});
	await seen.expect('working → done (2)', 'done', {act: answered(stage, turn)});
	const {session: now} = seen.now() ?? {};
	seen.note('the session goes on', now === session ? null : `${now}, was ${session}`);
	const isKnown = model.turns.at(-1)?.history.includes('[slow 1000] [run sleep 1');
	seen.note('the model knows what was said before', isKnown ? null : 'it does not');
	await look(stage);
};

const leave = async (stage: Stage): Promise<void> => {
	const {program, seen} = stage;
	// How long it takes to end is its own affair: what counts is when it had.
	await type(stage, program.leave);
	await seen.expect('left → exited', 'exited', {check: isEnd({code: 0})});
};

const isEnd =
	(end: {code?: number; signal?: string}) =>
	({exit}: Agent): string | null =>
		Object.entries(end).every(([key, value]) => exit?.[key as 'code' | 'signal'] === value)
			? null
			: JSON.stringify(exit);

import {existsSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {StubModel} from '../../fixtures/stub-model/server.ts';
import type {Agent, AgentState} from '../../source/protocol/agent.ts';
import type {Fleet, Recorded, Row} from './fleet.ts';
import type {Program} from './programs.ts';

export type Transition = {
	name: string;
	/** What decided, as `explain` names it. */
	source: string;
	/** From what made it so (our key, the model's answer) to the changed row: the agent's own time too. */
	delayMs: number | null;
	/** From what the agent said of it to the changed row. */
	toldMs: number | null;
	problem: string | null;
};

const patienceMs = 60_000;
const startPatienceMs = 120_000;

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
	const transitions: Transition[] = [];
	const now = (): Agent | undefined => fleet.rows.findLast(row => row.agent.id === id)?.agent;

	/** Waits for a row in the state, from `since` on; `act` is when the agent did what makes it so. */
	const expect = async (
		name: string,
		states: readonly AgentState[],
		since: number,
		act: () => number | null = () => since,
		check: (agent: Agent) => string | null = () => null,
		patience = patienceMs,
	): Promise<Agent | undefined> => {
		const deadline = Date.now() + patience;
		let found: Row | undefined;
		for (;;) {
			found = fleet.rows.find(
				row =>
					row.agent.id === id &&
					row.at >= since - 5 &&
					states.includes(row.agent.state) &&
					check(row.agent) === null,
			);
			if (found || Date.now() > deadline) break;
			await delay(10);
		}

		const first = fleet.rows.find(
			row => row.agent.id === id && row.at >= since - 5 && states.includes(row.agent.state),
		);
		const at = act();
		const told = fleet.explain(id);
		const transition = {
			name,
			source: [...told.rule.matchAll(/\(([^)]+)\)/g)].map(([, source]) => source).join(' + '),
			delayMs: first && at !== null ? Math.max(0, first.at - at) : null,
			toldMs: first ? toldAgo(fleet.recorded(id), first.at, states) : null,
			problem: found
				? null
				: `${now()?.state} ${JSON.stringify(now()?.attention)}${first ? `: ${check(first.agent)}` : ''}\n${JSON.stringify(told, null, 1)}\n${await fleet.screen(id)}`,
		};
		transitions.push(transition);
		console.log(
			`  ${program.kind.padEnd(9)} ${name.padEnd(22)} ${found ? 'ok' : 'WRONG'} ${transition.delayMs ?? '-'} ms, told ${transition.toldMs ?? '-'} ms (${transition.source})`,
		);
		if (transition.problem) console.log(transition.problem);
		return found?.agent;
	};

	const type = async (text: string): Promise<number> => {
		await fleet.call('POST', `/v1/agents/${id}/input`, {text, submit: true});
		return Date.now();
	};

	const answered = (count: number) => () => model.turns[count - 1]?.answeredAt ?? null;
	const settle = () => delay(1200);

	const begun = Date.now();
	await expect('start → idle', ['idle'], begun - 60_000, () => null, undefined, startPatienceMs);
	for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await delay(50)) {
		if (program.ready.test(await fleet.screen(id))) break;
	}

	await settle();
	let turns = model.turns.length;
	const file = path.join(project, `${program.kind}.txt`);
	let at = await type(`[slow 1000] [run sleep 1; touch ${file}] ${program.permission}`);
	await expect('idle → working', ['working'], at - 250, () => at);
	let asked = await expect(
		'working → blocked',
		['blocked'],
		at,
		answered(turns + 1),
		({attention}) =>
			attention?.kind === 'permission' && attention.text.includes('touch') && attention.id
				? attention.choices.length > 1
					? null
					: 'no choices'
				: 'not what it asks',
	);
	if (asked) {
		const wrong = await fleet.call('POST', `/v1/agents/${id}/answer`, {id: 'other', choice: '1'});
		note(transitions, 'another answer refused', wrong.status === 409 ? null : String(wrong.status));
		at = Date.now();
		const given = {id: asked.attention?.id, choice: asked.attention?.choices[0]?.id};
		const reply = await fleet.call('POST', `/v1/agents/${id}/answer`, given);
		note(transitions, 'answer taken', reply.status === 200 ? null : JSON.stringify(reply.json));
		await expect('blocked → working', ['working'], at);
		await expect('working → done', ['done'], at, answered(turns + 2));
		note(transitions, 'the answer was obeyed', existsSync(file) ? null : `no ${file}`);
		const late = await fleet.call('POST', `/v1/agents/${id}/answer`, given);
		note(transitions, 'late answer refused', late.status === 409 ? null : String(late.status));
	}

	at = Date.now();
	await fleet.call('POST', `/v1/agents/${id}/seen`);
	await expect('done → idle (seen)', ['idle'], at);

	await settle();
	turns = model.turns.length;
	at = await type('[slow 300] [fail 400] please');
	await expect('failed → done, error', ['done'], at, answered(turns + 1), ({attention}) =>
		attention?.kind === 'error' ? null : 'no error told',
	);
	await fleet.call('POST', `/v1/agents/${id}/seen`);

	await settle();
	at = await type('[slow 20000] please');
	await expect('idle → working (2)', ['working'], at - 250, () => at);
	await settle();
	at = Date.now();
	await fleet.call('POST', `/v1/agents/${id}/input`, {keys: ['Escape']});
	if (program.kind === 'opencode') {
		await delay(400);
		await fleet.call('POST', `/v1/agents/${id}/input`, {keys: ['Escape']});
	}

	await expect('interrupted → idle', ['idle'], at);

	await settle();
	if (program.questions) {
		turns = model.turns.length;
		at = await type('[ask] please');
		asked = await expect(
			'question → blocked',
			['blocked'],
			at,
			answered(turns + 1),
			({attention}) =>
				attention?.kind === 'question' && attention.choices.some(({label}) => label === 'Blue')
					? null
					: 'not what it asks',
		);
		if (asked) {
			const choice = asked.attention?.choices.find(({label}) => label === 'Blue')?.id;
			at = Date.now();
			const reply = await fleet.call('POST', `/v1/agents/${id}/answer`, {
				id: asked.attention?.id,
				choice,
			});
			note(
				transitions,
				'answer to question taken',
				reply.status === 200 ? null : JSON.stringify(reply.json),
			);
			await expect('answered → done', ['done'], at, answered(turns + 2));
		}
	}

	const {pid, session, model: named, usage, title} = now() ?? {};
	note(
		transitions,
		'session, model',
		session && (named || program.kind === 'gemini' || program.kind === 'qwen')
			? null
			: JSON.stringify(now()),
	);
	console.log(`  ${program.kind.padEnd(9)} ${JSON.stringify({session, named, usage, title})}`);
	at = Date.now();
	process.kill(pid!, 'SIGKILL');
	await expect('kill -9 → exited', ['exited'], at);
	return {id, transitions};
};

const note = (transitions: Transition[], name: string, problem: string | null): void => {
	transitions.push({name, source: '', delayMs: null, toldMs: null, problem});
	if (problem) console.log(`  ${name}: WRONG ${problem}`);
};

/** How long before the row changed its evidence spoke, by the evidence's own time. */
const toldAgo = (
	recorded: readonly Recorded[],
	rowAt: number,
	states: readonly AgentState[],
): number | null => {
	const told = recorded.findLast(
		entry =>
			entry.at <= rowAt &&
			('look' in entry || ('evidence' in entry && states.includes(entry.evidence.state!))),
	);
	const event = recorded.findLast(entry => entry.at <= rowAt && 'event' in entry);
	const at = [told && 'evidence' in told ? told.evidence.at : told?.at, event?.at];
	const times = at.filter(time => time !== undefined);
	return times.length > 0 ? Math.max(0, Math.round(rowAt - Math.max(...times))) : null;
};

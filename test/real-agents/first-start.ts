import {setTimeout as delay} from 'node:timers/promises';
import type {Fleet} from './fleet.ts';
import type {Program} from './programs.ts';
import type {Transition} from './script.ts';

const patienceMs = 90_000;

/** A program in a folder that it was never told to trust: it asks, and that must not look like a hang. */
export const runFirstStart = async (
	program: Program,
	{fleet, folder}: {fleet: Fleet; folder: string},
): Promise<Transition> => {
	const {json} = await fleet.call('POST', '/v1/agents', {
		agent: program.kind,
		cwd: folder,
		args: program.args,
	});
	const {id} = json.agent;
	const deadline = Date.now() + patienceMs;
	const asks = () =>
		fleet.rows.find(
			row => row.agent.id === id && row.agent.state === 'blocked' && row.agent.attention !== null,
		)?.agent;
	while (asks() === undefined && Date.now() < deadline) await delay(50);
	const asked = asks();
	const told = fleet.explain(id);
	const problem =
		asked === undefined ? `${told.state}: ${told.rule}\n${await fleet.screen(id)}` : null;
	console.log(
		`  ${program.kind.padEnd(9)} first start → blocked  ${asked ? `ok: ${JSON.stringify(asked.attention)}` : 'WRONG'}`,
	);
	if (problem) console.log(problem);
	await fleet.call('POST', `/v1/agents/${id}/stop`, {grace: 0});
	return {
		name: 'first start → blocked',
		source: asked ? 'screen' : '',
		delayMs: null,
		toldMs: null,
		problem,
	};
};

import {execFileSync} from 'node:child_process';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {Fleet} from './fleet.ts';
import type {Program} from './programs.ts';
import {witness, type Transition} from './witness.ts';

const patienceMs = 60_000;

/** A program that was never set up, or never told to trust a folder: it asks, and that must not look like a hang. */
export const runFirstStart = async (
	program: Program,
	{fleet, home}: {fleet: Fleet; home: string},
): Promise<readonly Transition[]> => {
	const all: Transition[] = [];
	for (const {name, env, files, asks} of program.firstStarts) {
		const folder = path.join(home, name);
		await mkdir(folder, {recursive: true});
		execFileSync('git', ['init', '-q', folder]);
		for (const [file, content] of Object.entries(files?.(folder) ?? {})) {
			await mkdir(path.dirname(path.join(folder, file)), {recursive: true});
			await writeFile(path.join(folder, file), content);
		}

		const {json} = await fleet.call('POST', '/v1/agents', {
			agent: program.kind,
			cwd: folder,
			args: program.args,
			env: env(folder),
		});
		const {id} = json.agent;
		const seen = witness(program.kind, {fleet, id});
		await seen.expect(`${name}: starts`, 'starting');
		const asked = await seen.expect(`${name} → blocked`, 'blocked', {
			patienceMs,
			check: ({attention}) =>
				attention && asks.test(attention.text) ? null : JSON.stringify(attention),
		});
		console.log(`  ${program.kind.padEnd(9)} ${JSON.stringify(asked?.attention)}`);
		await fleet.call('POST', `/v1/agents/${id}/stop`, {grace: 0});
		all.push(...seen.transitions.filter(({name: step}) => step.endsWith('→ blocked')));
	}

	return all;
};

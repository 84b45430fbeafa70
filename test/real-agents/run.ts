// `npm run test:agents [KIND…]`: real agent programs, a model of our own, the loopback and nothing else.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {startStubModel} from '../../fixtures/stub-model/server.ts';
import {startFleet} from './fleet.ts';
import {runFirstStart} from './first-start.ts';
import {agentCache, install} from './install.ts';
import {runKeys} from './keys.ts';
import {programs} from './programs.ts';
import {writeRecording} from './recording.ts';
import {runScript, type Transition} from './script.ts';
import {writeTable} from './table.ts';

const named = process.argv.slice(2).filter(argument => !argument.startsWith('--'));
const cache = agentCache();
const chosen = programs.filter(({kind}) => named.length === 0 || named.includes(kind));

const inside = process.env['FLEET_TEST_LOOPBACK'] === '1';
if (!inside) {
	for (const program of chosen) await install(program, cache);
	// In a network of its own, where there is nothing but the loopback, unless the system allows none.
	const alone = ['unshare', ...(process.getuid?.() === 0 ? ['-n'] : ['-rn'])];
	const possible = spawnSync(alone[0]!, [...alone.slice(1), 'true']).status === 0;
	if (!possible) console.log('no network namespace here: the programs could reach the network');
	const [command, ...args] = [
		...(possible ? alone : []),
		process.execPath,
		...process.argv.slice(1),
	];
	const {status} = spawnSync(command!, args, {
		stdio: 'inherit',
		env: {...process.env, FLEET_TEST_LOOPBACK: '1', FLEET_TEST_ALONE: possible ? '1' : ''},
	});
	process.exit(status ?? 1);
}

if (process.env['FLEET_TEST_ALONE']) execFileSync('ip', ['link', 'set', 'lo', 'up']);
const root = await mkdtemp(path.join(os.homedir(), '.fleet-agents-'));
const model = await startStubModel();
const results = new Map<string, Transition[]>();
const keyProblems: string[] = [];
try {
	for (const program of chosen) {
		console.log(`${program.kind} ${program.version}`);
		const home = path.join(root, program.kind);
		const project = path.join(home, 'project');
		await mkdir(project, {recursive: true});
		execFileSync('git', ['init', '-q', project]);
		for (const [file, content] of Object.entries(program.files({modelUrl: model.url, project}))) {
			await mkdir(path.dirname(path.join(home, file)), {recursive: true});
			await writeFile(path.join(home, file), content);
		}

		// The daemon runs in this process, and looks for agents' files in its home.
		process.env['HOME'] = home;
		const env = {
			HOME: home,
			SHELL: '/bin/sh',
			LANG: 'C.UTF-8',
			PATH: [
				await install(program, cache),
				path.dirname(process.execPath),
				'/usr/local/bin:/usr/bin:/bin',
			].join(':'),
		};
		const fleet = await startFleet(path.join(home, 's'), {...env, ...program.env(model.url)});
		try {
			const {id, transitions} = await runScript(program, {fleet, model, project});
			if (program.asksForTrust) {
				const folder = path.join(home, 'unknown');
				await mkdir(folder);
				transitions.push(await runFirstStart(program, {fleet, folder}));
			}

			results.set(program.kind, transitions);
			if (process.argv.includes('--record'))
				await writeRecording(program, fleet.recorded(id), home);
		} finally {
			await fleet.end();
		}

		keyProblems.push(...(await runKeys(program, {home, project, env})));
	}
} finally {
	await model.close();
	await rm(root, {recursive: true, force: true, maxRetries: 5});
}

if (process.argv.includes('--record')) await writeTable(results);
const wrong = [...results.values()].flat().filter(({problem}) => problem !== null);
const delays = [...results.values()]
	.flat()
	.flatMap(({toldMs}) => toldMs ?? [])
	.sort((a, b) => a - b);
console.log(
	`${wrong.length} wrong of ${[...results.values()].flat().length}; told to row p50 ${delays[Math.floor(delays.length / 2)]} ms, p99 ${delays.at(-1)} ms`,
);
process.exit(wrong.length + keyProblems.length > 0 ? 1 : 0);

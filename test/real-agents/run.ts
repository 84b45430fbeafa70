// `npm run test:agents [KIND…] [-- --runs N] [-- --record]`: real agent programs, a model of our own, the
// loopback and nothing else. `--record` keeps what was seen as fixtures and as the tables of docs/agents.md.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {startStubModel} from '../../fixtures/stub-model/server.ts';
import {figureLines} from './figures.ts';
import {measureHooks, type HookTimes} from './hook-cost.ts';
import {agentCache, install} from './install.ts';
import {liveThrough, liveThroughGeneric} from './live-through.ts';
import {programs} from './programs.ts';
import {writeFigures, writeTable} from './table.ts';
import type {Transition} from './witness.ts';

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {record: {type: 'boolean', default: false}, runs: {type: 'string', default: '1'}},
});
const runs = Number(values.runs);
const known = [...programs.map(({kind}) => kind), 'generic'];
const unknown = positionals.filter(name => !known.includes(name));
if (unknown.length > 0 || !(runs >= 1)) {
	console.error(`usage: npm run test:agents [${known.join('|')} …] [-- --runs N] [-- --record]`);
	process.exit(2);
}

const isChosen = (name: string) => positionals.length === 0 || positionals.includes(name);
const chosen = programs.filter(({kind}) => isChosen(kind));
const cache = agentCache();

if (process.env['FLEET_TEST_LOOPBACK'] !== '1') {
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
const own: Transition[] = [];
const generic: Transition[] = [];
/** Of the last run, for the tables. */
const seen = new Map<string, readonly Transition[]>();
const hooks: HookTimes = {ours: [], idle: []};
try {
	for (let run = 1; run <= runs; run++) {
		if (runs > 1) console.log(`run ${run} of ${runs}`);
		// Programs that no kind knows wait most of the time: beside the others.
		const beside = isChosen('generic')
			? liveThroughGeneric(path.join(root, `${run}-generic`))
			: Promise.resolve(new Map<string, readonly Transition[]>());
		// An interruption fails both; one of them is told.
		beside.catch(() => {});
		for (const program of chosen) {
			const place = {root: path.join(root, `${run}-${program.kind}`), model, cache};
			const transitions = await liveThrough(program, place, values.record && run === runs);
			own.push(...transitions);
			seen.set(program.kind, transitions);
		}

		for (const [label, transitions] of await beside) {
			generic.push(...transitions);
			seen.set(label, transitions);
		}

		const times = await measureHooks();
		hooks.ours.push(...times.ours);
		hooks.idle.push(...times.idle);
	}
} finally {
	await model.close();
	await rm(root, {recursive: true, force: true, maxRetries: 5});
}

const figures = figureLines({runs, own, generic, hooks});
if (values.record) {
	await writeTable(seen);
	await writeFigures(figures);
}

const all = [...own, ...generic];
const wrong = all.filter(({problem}) => problem !== null);
for (const line of figures) console.log(line);
for (const {name} of wrong) console.log(`wrong: ${name}`);
console.log(`${wrong.length} wrong of ${all.length}`);
process.exit(wrong.length > 0 ? 1 : 0);

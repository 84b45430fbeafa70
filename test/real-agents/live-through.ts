import {execFileSync} from 'node:child_process';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {StubModel} from '../../fixtures/stub-model/server.ts';
import {runFirstStart} from './first-start.ts';
import {startFleet, type Fleet} from './fleet.ts';
import {runGeneric} from './generic.ts';
import {install} from './install.ts';
import {runKeys} from './keys.ts';
import type {Program} from './programs.ts';
import {writeRecording} from './recording.ts';
import {runScript} from './script.ts';
import type {Transition} from './witness.ts';

/** A life takes half a minute; one that takes this long hangs somewhere. */
const deadlineMs = 240_000;

/** Then its terminals are ended before this process is. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Place = {root: string; model: StubModel; cache: string};

/** One program's life in a home of its own; what fails or hangs is a wrong transition. */
export const liveThrough = async (
	program: Program,
	{root: home, model, cache}: Place,
	isRecorded: boolean,
): Promise<readonly Transition[]> => {
	console.log(`${program.kind} ${program.version}`);
	const project = path.join(home, 'project');
	await mkdir(project, {recursive: true});
	execFileSync('git', ['init', '-q', project]);
	await writeFiles(home, program.files({modelUrl: model.url, project}));
	const env = {
		...{HOME: home, SHELL: '/bin/sh', LANG: 'C.UTF-8'},
		PATH: [
			await install(program, cache),
			path.dirname(process.execPath),
			'/usr/local/bin:/usr/bin:/bin',
		].join(':'),
	};
	// The daemon runs in this process, and looks for agents' files in its home.
	process.env['HOME'] = home;
	return inFleet(home, {...env, ...program.env(model.url)}, async fleet => {
		const {id, transitions} = await runScript(program, {fleet, model, project});
		if (isRecorded) await writeRecording(program, fleet.recorded(id), home);
		const first = await runFirstStart(program, {fleet, home});
		return [...transitions, ...first, ...(await runKeys(program, {home, project, env}))];
	}).catch(failed);
};

/** The same for programs that no kind knows. */
export const liveThroughGeneric = async (
	home: string,
): Promise<ReadonlyMap<string, readonly Transition[]>> => {
	console.log('generic programs');
	await mkdir(home, {recursive: true});
	const env = {HOME: home, SHELL: '/bin/sh', LANG: 'C.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin'};
	return inFleet(home, env, fleet => runGeneric(fleet, home)).catch(
		(error: unknown) => new Map([['shell', failed(error)]]),
	);
};

const inFleet = async <T>(
	home: string,
	environment: Record<string, string>,
	live: (fleet: Fleet) => Promise<T>,
): Promise<T> => {
	const fleet = await startFleet(path.join(home, 's'), environment);
	const {promise: late, reject} = Promise.withResolvers<never>();
	const timer = setTimeout(
		() => reject(new Error(`it took more than ${deadlineMs} ms`)),
		deadlineMs,
	);
	const stop = () => reject(new Error('interrupted'));
	for (const signal of signals) process.once(signal, stop);
	try {
		return await Promise.race([live(fleet), late]);
	} finally {
		clearTimeout(timer);
		for (const signal of signals) process.off(signal, stop);
		await fleet.end();
	}
};

const failed = (error: unknown): Transition[] => {
	console.log(error);
	if (error instanceof Error && error.message === 'interrupted') throw error;
	return [{name: 'its life', source: '', delayMs: null, toldMs: null, problem: String(error)}];
};

const writeFiles = async (home: string, files: Record<string, string>): Promise<void> => {
	for (const [file, content] of Object.entries(files)) {
		await mkdir(path.dirname(path.join(home, file)), {recursive: true});
		await writeFile(path.join(home, file), content);
	}
};

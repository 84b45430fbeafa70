import {execFile, spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {appendFile, mkdir, readFile, rm, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {until} from '../test/harness/until.ts';
import {median, percentile, type Figure} from './figure.ts';
import {processorSeconds} from './processes.ts';
import type {Remote} from './remote.ts';

const run = promisify(execFile);

export type Tree = {files: number; folders: number; bytes: number};

/** Files of a source tree's shape under `root`: contents that do not compress to nothing, times in the past. */
export const makeTree = async (root: string, {files, folders, bytes}: Tree): Promise<void> => {
	const size = Math.floor(bytes / files);
	const old = new Date('2026-01-01T00:00:00Z');
	for (let folder = 0; folder < folders; folder++) {
		const at = path.join(root, `p${folder % 50}`, `d${folder}`);
		await mkdir(at, {recursive: true});
		const count = Math.floor(files / folders);
		await Promise.all(
			Array.from({length: count}, async (_, index) => {
				const file = path.join(at, `f${index}.ts`);
				await writeFile(
					file,
					`${folder}-${index} `.padEnd(size, `${(folder * 7919 + index) % 9973} `),
				);
				await utimes(file, old, old);
			}),
		);
	}
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
	const start = performance.now();
	await work();
	return performance.now() - start;
};

type Bench = {remote: Remote; near: string; far: string; rsyncFar: string; ssh: string};

const prepare = async (remote: Remote, tree: Tree): Promise<Bench> => {
	const home = remote.env['HOME']!;
	const [near, far] = [path.join(home, 'tree'), path.join(path.dirname(home), 'host/tree')];
	const rsyncFar = path.join(path.dirname(home), 'host/rsync-tree');
	await makeTree(near, tree);
	await appendFile(
		path.join(home, '.config/fleet-console/remote.toml'),
		`\n[[remote.bench.sync_bidi]]\nlocal = "${near}"\nremote = "${far}"\nmax_delete = 100000\n`,
	);
	return {remote, near, far, rsyncFar, ssh: `ssh -F ${remote.sshd.sshConfig}`};
};

const rsync = ({near, rsyncFar, ssh}: Bench, ...flags: string[]) =>
	run('rsync', [
		'-a',
		...flags,
		'-e',
		ssh,
		`${near}/`,
		`bench:${rsyncFar}/`,
		'--exclude=.fleet-sync',
	]);

const watch = (remote: Remote): {child: ChildProcess; inStep: Promise<unknown>} => {
	const {file, args} = remote.command('sync', '--watch');
	const child = spawn(file, args, {env: remote.env, stdio: ['ignore', 'ignore', 'pipe']});
	let said = '';
	child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
	return {
		child,
		inStep: until(() => said.includes('in step'), 'in step', {
			timeoutMs: 120_000,
			seen: () => said,
		}),
	};
};

const end = async (child: ChildProcess): Promise<void> => {
	const exited = once(child, 'exit');
	child.kill('SIGINT');
	await exited;
};

const arrives = async (file: string, content: string): Promise<void> => {
	const deadline = performance.now() + 30_000;
	for (;;) {
		if ((await readFile(file, 'utf8').catch(() => '')) === content) return;
		if (performance.now() > deadline) throw new Error(`${file} never became ${content}`);
		await delay(1);
	}
};

const saves = async (from: string, to: string, count: number): Promise<number[]> => {
	const samples: number[] = [];
	for (let index = 0; index < count; index++) {
		const name = `p${index % 50}/d${index}/f1.ts`;
		const content = `saved ${index} at ${performance.now()}`;
		const start = performance.now();
		await writeFile(path.join(from, name), content);
		await arrives(path.join(to, name), content);
		samples.push(performance.now() - start);
		await delay(60);
	}

	return samples;
};

/** Saves only: for a link of some length. */
export const measureSaves = async (
	remote: Remote,
	{roundTripMs, tree, count}: {roundTripMs: number; tree: Tree; count: number},
): Promise<Figure[]> => {
	const bench = await prepare(remote, tree);
	const {child, inStep} = watch(remote);
	try {
		await inStep;
		const figures: Figure[] = [];
		for (const [label, from, to] of [
			['laptop to host', bench.near, bench.far],
			['host to laptop', bench.far, bench.near],
		] as const) {
			const samples = await saves(from, to, count);
			const far = roundTripMs > 0;
			const base = {
				unit: 'ms' as const,
				peer: null,
				peerName: far ? '1.5 round trips + 25 ms' : 'none',
			};
			const name = `save, ${label}, ${far ? `${roundTripMs} ms round trip` : 'loopback'}`;
			const limit = far ? 1.5 * roundTripMs + 25 : 25;
			figures.push({...base, name: `${name}, p50`, ours: median(samples), limit});
			if (!far)
				figures.push({...base, name: `${name}, p99`, ours: percentile(samples, 0.99), limit: 150});
		}

		return figures;
	} finally {
		await end(child);
	}
};

/** First sync, rescan, a burst, an idle minute: each beside rsync in the same run. */
export const measureSync = async (remote: Remote, tree: Tree): Promise<Figure[]> => {
	const bench = await prepare(remote, tree);
	const {near, far} = bench;
	const figures: Figure[] = [];
	const compare = (name: string, ours: number, peer: number, ratio: number, peerName: string) =>
		figures.push({name, unit: 'ms', ours, peer, peerName, limit: peer * ratio});

	const rsyncFirst = await timed(() => rsync(bench));
	compare(
		'first sync',
		await timed(() => remote.console('sync')),
		rsyncFirst,
		2,
		'rsync -a -e ssh',
	);

	// The first look after a first sync reads again what was written a moment before it.
	await remote.console('sync');
	const dry: number[] = [];
	const rescans: number[] = [];
	for (let round = 0; round < 3; round++) {
		dry.push(await timed(() => rsync(bench, '-n')));
		rescans.push(await timed(() => remote.console('sync')));
	}

	compare('nothing changed, whole command', median(rescans), median(dry), 1, 'rsync -an -e ssh');

	const {child, inStep} = watch(remote);
	try {
		await inStep;
		const daemon = await remote.daemonPid();
		await delay(2000);
		const before = processorSeconds(child.pid!) + processorSeconds(daemon);
		await delay(60_000);
		const used = processorSeconds(child.pid!) + processorSeconds(daemon) - before;
		figures.push({
			name: 'nothing changed, watching, one minute',
			unit: '%',
			ours: (used / 60) * 100,
			peer: null,
			peerName: 'of a core, both sides',
			limit: 1,
		});

		const changed = Array.from({length: 5000}, (_, index) => {
			const folder = index % tree.folders;
			return `p${folder % 50}/d${folder}/f${Math.floor(index / tree.folders) + 2}.ts`;
		});
		const edit = async () => {
			for (const file of changed) await writeFile(path.join(near, file), `changed ${file}`);
		};
		const burst = await timed(async () => {
			await edit();
			for (const file of changed) await arrives(path.join(far, file), `changed ${file}`);
		});
		const editing = await timed(edit);
		const peer = editing + (await timed(() => rsync(bench)));
		compare(
			'5,000 files changed at once',
			burst,
			peer,
			1.5,
			'the same edits, then rsync -a -e ssh',
		);
	} finally {
		await end(child);
	}

	await rm(near, {recursive: true, force: true});
	return figures;
};

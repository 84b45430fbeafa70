import {execFile, spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {appendFile, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {until} from '../../test/harness/until.ts';
import type {Remote} from '../remote.ts';
import {makeTree, type Tree} from './tree.ts';

const run = promisify(execFile);

/** A tree on the laptop, a rule that keeps it in step with the host, and a folder there for the peers. */
export type Ground = {
	remote: Remote;
	near: string;
	far: string;
	/** The peers' folder on the host. */
	peerFar: string;
	/** How the peers reach the host. */
	ssh: string;
};

export const prepare = async (remote: Remote, tree: Tree): Promise<Ground> => {
	const home = remote.env['HOME']!;
	const host = path.join(path.dirname(home), 'host');
	const [near, far] = [path.join(home, 'tree'), path.join(host, 'tree')];
	await makeTree(near, tree);
	await appendFile(
		path.join(home, '.config/fleet-console/remote.toml'),
		`\n[[remote.bench.sync_bidi]]\nlocal = "${near}"\nremote = "${far}"\nmax_delete = 100000\n`,
	);
	const ssh = `ssh -F ${remote.sshd.sshConfig}`;
	return {remote, near, far, peerFar: path.join(host, 'peer-tree'), ssh};
};

/** `rsync FLAGS -e ssh` from the laptop's tree to the peers' folder. */
export const rsyncUp = ({near, peerFar, ssh}: Ground, ...flags: string[]) =>
	run('rsync', [...flags, '-e', ssh, `${near}/`, `bench:${peerFar}/`, '--exclude=.fleet-sync']);

export const rsyncDown = ({near, peerFar, ssh}: Ground, ...flags: string[]) =>
	run('rsync', [...flags, '-e', ssh, `bench:${peerFar}/`, `${near}/`, '--exclude=.fleet-sync']);

/** `console sync --watch`, from when both sides are in step until it is disposed of. */
export const watching = async (
	remote: Remote,
	timeoutMs = 120_000,
): Promise<{child: ChildProcess; [Symbol.asyncDispose](): Promise<void>}> => {
	const {file, args} = remote.command('sync', '--watch');
	const child = spawn(file, args, {env: remote.env, stdio: ['ignore', 'ignore', 'pipe']});
	let said = '';
	child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
	await until(() => said.includes('in step'), 'in step', {timeoutMs, seen: () => said});
	return {child, [Symbol.asyncDispose]: () => end(child)};
};

export const end = async (child: ChildProcess): Promise<void> => {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const exited = once(child, 'exit');
	child.kill('SIGINT');
	await exited;
};

export const timed = async (work: () => Promise<unknown>): Promise<number> => {
	const start = performance.now();
	await work();
	return performance.now() - start;
};

export const arrives = async (file: string, content: string): Promise<void> => {
	const deadline = performance.now() + 60_000;
	for (;;) {
		if ((await readFile(file, 'utf8').catch(() => '')) === content) return;
		if (performance.now() > deadline) throw new Error(`${file} never became ${content}`);
		await delay(1);
	}
};

/** How long each of `count` saves takes from one side to the other, one after another. */
export const saves = async (from: string, to: string, count: number): Promise<number[]> => {
	const samples: number[] = [];
	for (let index = 0; index < count; index++) {
		const name = `p${index % 50}/d${index}/f1.ts`;
		const content = `saved ${index} at ${performance.now()}`;
		samples.push(
			await timed(async () => {
				await writeFile(path.join(from, name), content);
				await arrives(path.join(to, name), content);
			}),
		);
		// Not always the same moment of whatever a peer does in intervals.
		await delay(60 + (index % 7) * 13);
	}

	return samples;
};

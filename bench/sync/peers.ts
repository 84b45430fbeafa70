import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {until} from '../../test/harness/until.ts';
import {rsyncDown, rsyncUp, saves, type Ground} from './ground.ts';

const run = promisify(execFile);

export type PeerSaves = {name: string; there: number[]; back: number[]};

const bothWays = async (
	{near, peerFar}: Ground,
	name: string,
	count: number,
): Promise<PeerSaves> => ({
	name,
	there: await saves(near, peerFar, count),
	back: await saves(peerFar, near, count),
});

/** What people write themselves: `rsync -au` there and back, and two seconds of sleep. */
export const rsyncLoop = async (ground: Ground, count: number): Promise<PeerSaves> => {
	const ending = new AbortController();
	const loop = (async () => {
		while (!ending.signal.aborted) {
			await rsyncUp(ground, '-au');
			await rsyncDown(ground, '-au');
			await delay(2000, undefined, {signal: ending.signal}).catch(() => {});
		}
	})();
	try {
		return await bothWays(ground, 'a loop of rsync -au both ways every 2 s', count);
	} finally {
		ending.abort();
		await loop;
	}
};

/** Unison, looking every second; undefined where it is not installed. */
export const unison = async (ground: Ground, count: number): Promise<PeerSaves | undefined> => {
	const version = await run('unison', ['-version']).catch(() => undefined);
	if (version === undefined) return undefined;
	const folder = await mkdtemp('/tmp/fu-');
	const {near, peerFar, ssh, remote} = ground;
	const child = spawn(
		'unison',
		[
			...[near, `ssh://bench/${peerFar}`, '-sshargs', ssh.replace(/^ssh /, '')],
			...['-batch', '-auto', '-repeat', '1', '-ignore', 'Name .fleet-sync'],
		],
		{env: {...remote.env, UNISON: folder}, stdio: ['ignore', 'pipe', 'pipe']},
	);
	let said = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
	}

	const exited = once(child, 'exit');
	try {
		await until(() => /sleeping|nothing to do|synchronized/i.test(said), 'unison’s first pass', {
			timeoutMs: 180_000,
			seen: () => said,
		});
		const [, number = ''] = /version (\S+)/.exec(version.stdout) ?? [];
		return await bothWays(ground, `unison ${number} -repeat 1`, count);
	} finally {
		child.kill('SIGKILL');
		await exited;
		await rm(folder, {recursive: true, force: true});
	}
};

/** What the peers begin with: the same tree, on the host. */
export const copyForPeers = async ({near, peerFar}: Ground): Promise<void> => {
	await mkdir(peerFar, {recursive: true});
	await run('cp', ['-a', `${near}/.`, peerFar]);
	await rm(path.join(peerFar, '.fleet-sync'), {recursive: true, force: true});
};

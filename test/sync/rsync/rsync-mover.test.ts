import {spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {Duplex, Transform} from 'node:stream';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {installRemoteShell} from '../../../source/sync/rsync/remote-shell.ts';
import {rsyncMover} from '../../../source/sync/rsync/rsync-mover.ts';
import {judge} from '../../../source/sync/rsync/find-rsync.ts';
import {FleetError} from '../../../source/errors.ts';
import type {Transport} from '../../../source/transport/transport.ts';
import {listing} from '../torture/listing.ts';
import {childrenOf} from '../../harness/processes.ts';
import {createWorld, type World} from '../torture/world.ts';

let world: World;
let carried = 0;
/** Called with what has gone over so far. */
let onCarried = (_: number) => {};
let troubles: string[] = [];
let silenceMs: number | undefined;
/** The way to the host is gone; what runs there is not told. */
let breakLink = (_: Error) => {};

/** Runs commands of the host on this machine, and counts the bytes that go over. */
const transport = {
	description: 'here',
	async exec(command: string) {
		const child = spawn('sh', ['-c', command], {stdio: ['pipe', 'pipe', 'pipe']});
		const counted = () =>
			new Transform({
				transform(chunk: Buffer, _, done) {
					carried += chunk.length;
					onCarried(carried);
					done(null, chunk);
				},
			});
		const [up, down] = [counted(), counted()];
		for (const pipe of [child.stdin, child.stdout, up, down]) pipe.on('error', () => {});
		up.pipe(child.stdin);
		child.stdout.pipe(down);
		const stream = Duplex.from({readable: down, writable: up});
		stream.on('error', () => {});
		const exited = new Promise<{code: number | null; signal: string | null}>((resolve, reject) => {
			child.on('exit', (code, signal) => resolve({code, signal}));
			breakLink = error => {
				stream.destroy(error);
				reject(error);
			};
		});
		exited.catch(() => {});
		return {stream, stderr: child.stderr, exited};
	},
} as unknown as Transport;

beforeEach(() => {
	carried = 0;
	onCarried = () => {};
	troubles = [];
	silenceMs = undefined;
	world = createWorld({
		inlineFileBytes: 1000,
		// Until it is told to try again.
		waitMs: failures => failures * 60_000,
		mover: endpoints => job =>
			rsyncMover({
				transport,
				endpoints,
				shell: installRemoteShell(path.dirname(world.roots.local)),
				dereferenceSymlinks: false,
				...(silenceMs === undefined ? {} : {silenceMs}),
				otherwise: async () => new Map(),
				onTrouble: message => troubles.push(message),
			})(job),
	});
});
afterEach(async () => {
	await world.close();
});

/** A look, the way of what is large, and a look that puts it in place. */
const sync = async () => {
	await world.cycle();
	await world.untilArrived();
	return world.cycle({whole: []});
};

const names = ['plain.bin', 'new\nline.bin', '-rf.bin', `it's "quoted" $HOME.bin`, 'caf\xE9.bin'];
const native = (root: string, name: string) => Buffer.from(path.join(root, name), 'latin1');

test.each(['local', 'remote'] as const)('names of every kind arrive whole from %s', async from => {
	fs.mkdirSync(path.join(world.roots[from], 'a folder'));
	for (const name of names) {
		fs.writeFileSync(native(world.roots[from], `a folder/${name}`), name.repeat(50_000));
	}

	await sync();
	expect(troubles).toEqual([]);
	expect(listing(world.roots.remote)).toEqual(listing(world.roots.local));
	expect(Object.keys(listing(world.roots.remote))).toHaveLength(names.length + 1);
});

test('a change in a large file carries little more than the change', async () => {
	const bytes = Buffer.alloc(8_000_000);
	for (let at = 0; at < bytes.length; at += 4)
		bytes.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at);
	fs.writeFileSync(path.join(world.roots.local, 'large.bin'), bytes);
	await sync();
	expect(carried).toBeGreaterThan(8_000_000);
	carried = 0;
	bytes.write('changed', 4_000_000);
	fs.writeFileSync(path.join(world.roots.local, 'large.bin'), bytes);
	await sync();
	expect(troubles).toEqual([]);
	expect(fs.readFileSync(path.join(world.roots.remote, 'large.bin')).equals(bytes)).toBe(true);
	expect(carried).toBeLessThan(200_000);
});

test('a file of the same size and time as the old one is still carried', async () => {
	const file = path.join(world.roots.local, 'a.bin');
	fs.writeFileSync(file, 'a'.repeat(5000));
	fs.utimesSync(file, 1_600_000_000, 1_600_000_000);
	await sync();
	fs.writeFileSync(file, 'b'.repeat(5000));
	fs.utimesSync(file, 1_600_000_000, 1_600_000_000);
	await sync();
	expect(fs.readFileSync(path.join(world.roots.remote, 'a.bin'), 'utf8')).toBe('b'.repeat(5000));
});

test.each(['local', 'remote'] as const)(
	'an rsync that is killed in the midst of it, from %s, holds up nothing and leaves nothing torn',
	async from => {
		const to = from === 'local' ? 'remote' : 'local';
		const bytes = Buffer.alloc(20_000_000, 'a');
		fs.writeFileSync(path.join(world.roots[from], 'large.bin'), bytes);
		const {promise: killed, resolve} = Promise.withResolvers<void>();
		onCarried = count => {
			if (count < 1_000_000) return;
			onCarried = () => {};
			void childrenOf(process.pid, 'rsync').then(pids => {
				for (const pid of pids) process.kill(pid, 'SIGKILL');
				resolve();
			});
		};
		await sync();
		await killed;
		expect(troubles[0]).toContain('rsync: ended with SIGKILL');
		expect(fs.existsSync(path.join(world.roots[to], 'large.bin'))).toBe(false);
		await sync();
		expect(fs.readFileSync(path.join(world.roots[to], 'large.bin')).equals(bytes)).toBe(true);
	},
);

test('an rsync that stands still is ended, and said', async () => {
	silenceMs = 300;
	fs.writeFileSync(path.join(world.roots.local, 'large.bin'), Buffer.alloc(20_000_000, 'a'));
	const {promise: stopped, resolve} = Promise.withResolvers<number[]>();
	onCarried = count => {
		if (count < 1_000_000) return;
		onCarried = () => {};
		void childrenOf(process.pid, 'rsync').then(pids => {
			for (const pid of pids) process.kill(pid, 'SIGSTOP');
			resolve(pids);
		});
	};
	await sync();
	expect(troubles).toEqual(['rsync: nothing came through it for 0.3 s']);
	const alive = await childrenOf(process.pid, 'rsync');
	expect((await stopped).filter(pid => alive.includes(pid))).toEqual([]);
});

test.each(['local', 'remote'] as const)(
	'a link that breaks in the midst of it, from %s, is told at once, and tried again later',
	async from => {
		const to = from === 'local' ? 'remote' : 'local';
		const bytes = Buffer.alloc(20_000_000, 'a');
		fs.writeFileSync(path.join(world.roots[from], 'large.bin'), bytes);
		onCarried = count => {
			if (count < 1_000_000) return;
			onCarried = () => {};
			breakLink(new FleetError('connection-lost', 'it broke'));
		};
		const {held, isCarrying} = await sync();
		expect(held).toMatchObject([{side: to, path: undefined, error: {message: 'it broke'}}]);
		expect([isCarrying, troubles]).toEqual([false, []]);
		world.retry();
		await sync();
		expect(fs.readFileSync(path.join(world.roots[to], 'large.bin')).equals(bytes)).toBe(true);
	},
);

test.each([
	[undefined, 'missing'],
	['openrsync: protocol version 29', 'openrsync'],
	['rsync  version 2.6.9  protocol version 29', '2.6.9'],
])('what is said of %s', (version, expected) => {
	expect(judge(version, 'the host')).toContain(expected);
});

test('a usual rsync is no trouble', () => {
	expect(judge('rsync  version 3.2.7  protocol version 31', 'the host')).toBeUndefined();
	expect(judge('rsync  version 3.10.0  protocol version 32', 'the host')).toBeUndefined();
});

import {execFile, spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync} from 'node:fs';
import {readdir, readlink} from 'node:fs/promises';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {startSshd, type Sshd, type SshdOptions} from './sshd.ts';

const run = promisify(execFile);

/** What a link does to what passes, the same in each direction. */
export type LinkShape = {
	/** One way; the round trip is twice that. */
	delayMs?: number;
	jitterMs?: number;
	lossPercent?: number;
	/** 0 is no limit. */
	rateMbit?: number;
	/** How long a packet may wait for its turn before it is dropped. */
	queueMs?: number;
	/** True: a black hole. Nothing is refused, nothing arrives. */
	cut?: boolean;
};

export type BedHost = {
	readonly name: string;
	/** Reached from this process, over the link. */
	readonly address: string;
	/** Words before a command that make it run on this host's network. */
	readonly prefix: readonly string[];
	shape(shape: LinkShape): Promise<void>;
	/** A real sshd on this host, at port 22. */
	startSshd(options?: SshdOptions): Promise<Sshd>;
	/** Kills everything that runs there, with the link cut, as when the power fails. */
	crash(): Promise<void>;
};

/** Hosts with a network of their own; this process is the laptop. */
export type Bed = {
	readonly hosts: readonly BedHost[];
	[Symbol.asyncDispose](): Promise<void>;
};

/** A device's name may have 15 letters, and no two beds of this process share one. */
let links = 0;

/** Null when a bed can be made here, else why not. */
export const bedImpossible = (): string | null => {
	if (process.platform !== 'linux') return 'network namespaces exist on Linux only';
	if (process.getuid?.() !== 0) return 'network namespaces need root';
	return null;
};

/** Makes `count` hosts. Rejects, and says why, where there can be none: no test passes unrun. */
export const startBed = async (count: number): Promise<Bed> => {
	const obstacle = bedImpossible();
	if (obstacle) throw new Error(`this test needs hosts with networks of their own: ${obstacle}`);
	await makeTunDevice();
	const emulator = startEmulator();
	const owned: ChildProcess[] = [emulator.child];
	const sshds: Sshd[] = [];
	const dispose = async () => {
		for (const sshd of sshds) await sshd[Symbol.asyncDispose]();
		for (const child of owned.reverse()) await end(child);
	};

	try {
		const network = await freeNetwork();
		const hosts: BedHost[] = [];
		for (let index = 0; index < count; index++) {
			const holder = spawn(
				'setpriv',
				['--pdeathsig', 'KILL', '--', 'unshare', '--net', '--', 'sleep', 'infinity'],
				{stdio: 'ignore'},
			);
			owned.push(holder);
			const name = `fb${process.pid % 1_000_000}-${links++}`;
			const names = {near: `${name}n`, far: `${name}f`};
			const addresses = {near: `${network}.${index * 2}`, far: `${network}.${index * 2 + 1}`};
			hosts.push(await makeHost(`h${index + 1}`, holder, emulator, {names, addresses, sshds}));
		}

		return {hosts, [Symbol.asyncDispose]: dispose};
	} catch (error) {
		await dispose();
		throw error;
	}
};

type Emulator = {child: ChildProcess; send(command: string): Promise<void>};

const makeHost = async (
	name: string,
	holder: ChildProcess,
	emulator: Emulator,
	{
		names,
		addresses,
		sshds,
	}: {
		names: {near: string; far: string};
		addresses: {near: string; far: string};
		sshds: Sshd[];
	},
): Promise<BedHost> => {
	const pid = holder.pid!;
	await untilUnshared(pid);
	const prefix = ['nsenter', `--net=/proc/${pid}/ns/net`, '--'];
	const inside = (...argv: string[]) => run(prefix[0]!, [...prefix.slice(1), ...argv]);
	await emulator.send(`add ${name} ${names.near} ${names.far}`);
	await run('ip', ['link', 'set', names.far, 'netns', String(pid)]);
	await run('ip', ['addr', 'add', addresses.near, 'peer', addresses.far, 'dev', names.near]);
	await run('ip', ['link', 'set', names.near, 'up']);
	await inside('ip', 'link', 'set', 'lo', 'up');
	await inside('ip', 'addr', 'add', addresses.far, 'peer', addresses.near, 'dev', names.far);
	await inside('ip', 'link', 'set', names.far, 'up');
	const shape = async ({delayMs, jitterMs, lossPercent, rateMbit, queueMs, cut}: LinkShape) => {
		const words = Object.entries({
			delay: delayMs,
			jitter: jitterMs,
			loss: lossPercent,
			rate: rateMbit,
			queue: queueMs,
			cut: cut === undefined ? undefined : Number(cut),
		}).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
		await emulator.send(`set ${name} ${words.join(' ')}`);
	};

	return {
		name,
		address: addresses.far,
		prefix,
		shape,
		async startSshd(options = {}) {
			const sshd = await startSshd({...options, prefix, address: addresses.far, port: 22});
			sshds.push(sshd);
			return sshd;
		},
		async crash() {
			await shape({cut: true});
			for (const running of await pidsOnNetworkOf(pid)) {
				try {
					process.kill(running, 'SIGKILL');
				} catch {
					// It ended meanwhile.
				}
			}
		},
	};
};

const startEmulator = (): Emulator => {
	const child = spawn('python3', [path.join(import.meta.dirname, 'link-emulator.py')], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const answers = createInterface({input: child.stdout});
	let turn: Promise<unknown> = Promise.resolve();
	return {
		child,
		send(command) {
			const sent = turn.then(async () => {
				child.stdin.write(`${command}\n`);
				const [answer] = (await once(answers, 'line', {
					signal: AbortSignal.timeout(10_000),
				})) as [string];
				if (answer !== 'ok') throw new Error(`the link emulator: ${command}: ${answer}`);
			});
			turn = sent.catch(() => {});
			return sent;
		},
	};
};

/** Containers often have the driver but not its node. */
const makeTunDevice = async (): Promise<void> => {
	if (existsSync('/dev/net/tun')) return;
	mkdirSync('/dev/net', {recursive: true});
	await run('mknod', ['/dev/net/tun', 'c', '10', '200']);
};

/** The first three bytes of a network that nothing here uses. */
const freeNetwork = async (): Promise<string> => {
	const {stdout} = await run('ip', ['-4', '-o', 'addr']);
	for (;;) {
		const network = `10.${200 + Math.floor(Math.random() * 50)}.${Math.floor(Math.random() * 256)}`;
		if (!stdout.includes(` ${network}.`)) return network;
	}
};

const untilUnshared = async (pid: number): Promise<void> => {
	const namespaceOf = (of: number | 'self') => readlink(`/proc/${of}/ns/net`);
	const own = await namespaceOf('self');
	const deadline = Date.now() + 5000;
	while ((await namespaceOf(pid)) === own) {
		if (Date.now() > deadline) throw new Error('unshare made no network namespace');
		await delay(5);
	}
};

const pidsOnNetworkOf = async (holder: number): Promise<number[]> => {
	const network = await readlink(`/proc/${holder}/ns/net`);
	const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
	const networks = await Promise.all(
		pids.map(pid => readlink(`/proc/${pid}/ns/net`).catch(() => null)),
	);
	return pids.filter((pid, index) => pid !== holder && networks[index] === network);
};

const end = async (child: ChildProcess): Promise<void> => {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = once(child, 'exit');
	child.kill('SIGKILL');
	await gone;
};

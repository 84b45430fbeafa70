import {execFile, spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {appendFile, chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {childrenOf} from './processes.ts';

const run = promisify(execFile);

export type SshdOptions = {
	/** The `Host` that `sshConfig` gives it. */
	alias?: string;
	/** Environment of every session, over the account's own: HOME, FLEET_STATE_DIR, PATH … */
	environment?: Record<string, string>;
	/** `sshd_config` lines; they win over the harness's own. */
	config?: string[];
	/** Lines for the `Host` section of `sshConfig`; they win as well. */
	clientConfig?: string[];
	/** False refuses direct-streamlocal, so that only `dial-stdio` works. */
	streamlocal?: boolean;
	/** False leaves the host key out of `knownHosts`: a host never seen. */
	known?: boolean;
	/** Prefix of the client key's line in authorized_keys: `restrict`, `command="…"`. */
	keyOptions?: string;
	/** A password, by keyboard-interactive and `password` through PAM; needs root and Linux. */
	password?: string;
	hostKeyTypes?: ReadonlyArray<'ed25519' | 'ecdsa' | 'rsa'>;
	/** Runs sshd under another program, e.g. `['nsenter', '--net=…']`. */
	prefix?: string[];
	/** Default 127.0.0.1 and a free port there. */
	address?: string;
	port?: number;
};

/** A real sshd of our own on a high port; nothing of the system's or the user's is read or written. */
export type Sshd = {
	readonly alias: string;
	readonly address: string;
	readonly port: number;
	readonly user: string;
	readonly folder: string;
	/** For `ssh -F` and `ssh_config =`: has one `Host ALIAS`. */
	readonly sshConfig: string;
	readonly knownHosts: string;
	/** The private key that may log in; its public half is beside it. */
	readonly clientKey: string;
	readonly authorizedKeys: string;
	/** Public host keys as `type base64`. */
	hostKeys(): Promise<string[]>;
	/** New host keys on the same port, as after a reinstallation. */
	rotateHostKeys(): Promise<void>;
	/** Ends every session that is open, the way a crash would; the listener stays. */
	killSessions(): Promise<number>;
	/** Takes no connection any more; those that are there live on. */
	refuse(): Promise<void>;
	/** Stops answering, sessions and listener, with every TCP connection left open: a black hole. */
	freeze(): Promise<void>;
	thaw(): Promise<void>;
	/** Who listens. */
	listener(): number;
	/** Each connection has one. */
	sessionPids(): Promise<number[]>;
	/** How many sessions are open. */
	sessions(): Promise<number>;
	log(): Promise<string>;
	stop(): Promise<void>;
	start(): Promise<void>;
	/** Stops it and removes its folder. */
	[Symbol.asyncDispose](): Promise<void>;
};

/** Starts one and resolves when it takes connections. */
export const startSshd = async (options: SshdOptions = {}): Promise<Sshd> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'sshd-'));
	await chmod(folder, 0o755);
	const at = (name: string) => path.join(folder, name);
	const user = os.userInfo().username;
	const alias = options.alias ?? 'dev-server';
	const address = options.address ?? '127.0.0.1';
	const port = options.port ?? (await freePort());
	const types = options.hostKeyTypes ?? ['ed25519', 'ecdsa'];
	let child: ChildProcess | undefined;
	let frozen: number[] = [];
	/** Sessions that outlived the listener they came in by. */
	const orphans: number[] = [];

	const makeHostKeys = async () => {
		for (const type of types) {
			await rm(at(`host_${type}`), {force: true});
			await makeKey(at(`host_${type}`), type);
		}
	};

	const hostKeys = () =>
		Promise.all(
			types.map(async type => {
				const [kind, key] = (await readFile(at(`host_${type}.pub`), 'utf8')).split(' ');
				return `${kind} ${key}`;
			}),
		);

	await makeHostKeys();
	await makeKey(at('id_ed25519'));
	const publicKey = await readFile(at('id_ed25519.pub'), 'utf8');
	await writeFile(
		at('authorized_keys'),
		`${options.keyOptions ? `${options.keyOptions} ` : ''}${publicKey}`,
		{mode: 0o600},
	);
	const name = port === 22 ? address : `[${address}]:${port}`;
	await writeFile(
		at('known_hosts'),
		options.known === false ? '' : (await hostKeys()).map(key => `${name} ${key}\n`).join(''),
	);
	await writeFile(at('ssh_config'), clientConfig(options, {alias, address, port, user, folder}));
	await writeFile(at('sshd_config'), serverConfig(options, {types, address, port, folder}));
	const pam = options.password === undefined ? [] : await preparePam(folder, options.password);

	/** Ends the listener; yields the sessions that it leaves. */
	const stopListening = async (): Promise<number[]> => {
		await signal(frozen.splice(0), 'SIGCONT');
		const ended = child;
		child = undefined;
		if (ended?.pid === undefined || ended.exitCode !== null || ended.signalCode !== null) return [];
		const sessions = await childrenOf(ended.pid);
		const gone = once(ended, 'exit');
		ended.kill('SIGKILL');
		await gone;
		process.removeListener('exit', reap);
		return sessions;
	};

	const stop = async () => {
		await signal([...(await stopListening()), ...orphans.splice(0)], 'SIGKILL');
	};

	const reap = () => child?.kill('SIGKILL');

	const start = async () => {
		if (process.getuid?.() === 0) await mkdir('/run/sshd', {recursive: true, mode: 0o755});
		const argv = [
			...(options.prefix ?? []),
			// A test process that is killed takes its sshd with it.
			...(process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', '--'] : []),
			...pam,
			sshdProgram(),
			...['-D', '-f', at('sshd_config'), '-E', at('sshd.log')],
		];
		process.once('exit', reap);
		const deadline = Date.now() + startsWithinMs;
		for (;;) {
			const saidBefore = (await said(at('sshd.log'))).length;
			child = spawn(argv[0]!, argv.slice(1), {stdio: 'ignore'});
			if (await listens(child, at('sshd.log'), {saidBefore, deadline})) return;
			await delay(20);
		}
	};

	await start();
	return {
		alias,
		address,
		port,
		user,
		folder,
		sshConfig: at('ssh_config'),
		knownHosts: at('known_hosts'),
		clientKey: at('id_ed25519'),
		authorizedKeys: at('authorized_keys'),
		hostKeys,
		async rotateHostKeys() {
			orphans.push(...(await stopListening()));
			await makeHostKeys();
			await start();
		},
		async killSessions() {
			const sessions = await childrenOf(child!.pid!);
			await signal(sessions, 'SIGKILL');
			return sessions.length;
		},
		async refuse() {
			orphans.push(...(await stopListening()));
		},
		async freeze() {
			// The listener first: no session may start behind our back.
			const listener = child!.pid!;
			await signal([listener], 'SIGSTOP');
			const sessions = await childrenOf(listener);
			const inner = (await Promise.all(sessions.map(pid => childrenOf(pid, 'sshd')))).flat();
			frozen = [...inner, ...sessions, listener];
			await signal(frozen, 'SIGSTOP');
		},
		thaw: () => signal(frozen.splice(0), 'SIGCONT'),
		listener: () => child!.pid!,
		sessionPids: () => childrenOf(child!.pid!),
		sessions: async () => (await childrenOf(child!.pid!)).length,
		log: async () => readFile(at('sshd.log'), 'utf8').catch(() => ''),
		stop,
		start,
		async [Symbol.asyncDispose]() {
			await stop();
			await rm(folder, {recursive: true, force: true});
		},
	};
};

/** A key pair without a passphrase, unless one is given, at `file` and `file.pub`. */
export const makeKey = async (file: string, type = 'ed25519', passphrase = ''): Promise<void> => {
	const bits = type === 'rsa' ? ['-b', '2048'] : [];
	// One round: the cost of a passphrase is not what a test is about.
	await run('ssh-keygen', ['-q', '-a', '1', '-t', type, ...bits, '-N', passphrase, '-f', file]);
};

// Below those that a system gives to whoever connects: a port of theirs may be somebody's own end of a
// connection by the time it is needed, and for a moment whenever its listener is started anew.
const lowestPort = 20_000;
const ports = 12_000;

/** A TCP port of the loopback that nobody listens on. */
export const freePort = async (): Promise<number> => {
	for (;;) {
		const port = lowestPort + Math.floor(Math.random() * ports);
		const server = net.createServer().listen(port, '127.0.0.1');
		try {
			await once(server, 'listening');
		} catch {
			continue;
		}

		server.close();
		await once(server, 'close');
		return port;
	}
};

const startsWithinMs = 10_000;

const sshdProgram = (): string =>
	['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd'].find(file => existsSync(file)) ?? 'sshd';

const serverConfig = (
	{config = [], streamlocal = true, password, environment = {}}: SshdOptions,
	{
		types,
		address,
		port,
		folder,
	}: {types: readonly string[]; address: string; port: number; folder: string},
): string => {
	const setenv = Object.entries(environment).map(([key, value]) => `"${key}=${value}"`);
	return [
		...config,
		`ListenAddress ${address}`,
		`Port ${port}`,
		...types.map(type => `HostKey ${folder}/host_${type}`),
		`AuthorizedKeysFile ${folder}/authorized_keys`,
		'PidFile none',
		'StrictModes no',
		'PermitRootLogin yes',
		`UsePAM ${password === undefined ? 'no' : 'yes'}`,
		`PasswordAuthentication ${password === undefined ? 'no' : 'yes'}`,
		`KbdInteractiveAuthentication ${password === undefined ? 'no' : 'yes'}`,
		`AllowStreamLocalForwarding ${streamlocal ? 'yes' : 'no'}`,
		'PrintMotd no',
		'UseDNS no',
		// Tests open connections faster than people do.
		'MaxStartups 200',
		'LogLevel VERBOSE',
		'Subsystem sftp internal-sftp',
		// sshd reads only the first SetEnv line.
		...(setenv.length === 0 ? [] : [`SetEnv ${setenv.join(' ')}`]),
		'',
	].join('\n');
};

const clientConfig = (
	{clientConfig: lines = []}: SshdOptions,
	it: {alias: string; address: string; port: number; user: string; folder: string},
): string =>
	[
		`Host ${it.alias}`,
		...lines,
		`HostName ${it.address}`,
		`Port ${it.port}`,
		`User ${it.user}`,
		`IdentityFile ${it.folder}/id_ed25519`,
		'IdentitiesOnly yes',
		'IdentityAgent none',
		`UserKnownHostsFile ${it.folder}/known_hosts`,
		'GlobalKnownHostsFile /dev/null',
		'',
	].join('\n');

/** PAM with a fixed password, seen by this sshd alone: a bind mount in a mount namespace of its own. */
const preparePam = async (folder: string, password: string): Promise<string[]> => {
	if (process.getuid?.() !== 0 || process.platform !== 'linux') {
		throw new Error('an sshd with a password needs root on Linux');
	}

	const check = path.join(folder, 'check-password');
	await writeFile(path.join(folder, 'password'), password, {mode: 0o600});
	await writeFile(
		check,
		`#!/bin/sh\n[ "$(tr -d '\\000')" = "$(cat ${folder}/password)" ] || exit 1\n`,
		{mode: 0o700},
	);
	await writeFile(
		path.join(folder, 'pam'),
		`auth required pam_exec.so expose_authtok quiet ${check}\nauth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n`,
	);
	const script = `mount --bind ${folder}/pam /etc/pam.d/sshd && exec "$@"`;
	return ['unshare', '--mount', '--', 'sh', '-c', script, 'sh'];
};

const signal = async (pids: readonly number[], name: NodeJS.Signals): Promise<void> => {
	for (const pid of pids) {
		try {
			process.kill(pid, name);
		} catch {
			// It ended by itself meanwhile.
		}
	}
};

const said = (log: string): Promise<string> => readFile(log, 'utf8').catch(() => '');

/**
 * Resolves when this very sshd listens: what accepts on its port may be what the one before left behind,
 * or somebody else. False where the port is not free yet.
 */
const listens = async (
	child: ChildProcess,
	log: string,
	{saidBefore, deadline}: {saidBefore: number; deadline: number},
): Promise<boolean> => {
	for (;;) {
		const isOver = child.exitCode !== null || child.signalCode !== null;
		const words = (await said(log)).slice(saidBefore);
		if (words.includes('Server listening')) return true;
		const isLate = Date.now() > deadline;
		if (isOver && !isLate && words.includes('Address already in use')) return false;
		if (isOver || isLate) throw new Error(`sshd did not start; its log:\n${words}`);
		await delay(5);
	}
};

/** Adds a public key to those that may log in. */
export const authorize = async (sshd: Sshd, publicKeyFile: string): Promise<void> =>
	appendFile(sshd.authorizedKeys, await readFile(publicKeyFile, 'utf8'));

import {spawn, type ChildProcess} from 'node:child_process';
import {access} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {FleetError} from '../../errors.ts';
import {addressArguments, type Address} from '../../config/address.ts';
import type {Prompt} from '../prompt.ts';
import {configArguments} from '../ssh-config/resolve.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import {Askpass} from './askpass.ts';
import type {ControlFolder} from './control-folder.ts';
import {loginFailure} from './failures.ts';

/** With two probes unanswered after this many seconds each, the link is dead: 12 s. */
const aliveSeconds = 4;
const connectTimeoutSeconds = 15;
const pollMs = 10;

/** The ssh process that is logged in; every other of ours goes through it. */
export type Master = {
	readonly child: ChildProcess;
	/** What ssh has said so far, the last 8 kB. */
	words(): string;
};

export type MasterOptions = {
	address: Address;
	host: SshHost;
	configFile: string | null;
	folder: ControlFolder;
	/** Absent: ssh asks nothing and fails instead. */
	prompt: Prompt | undefined;
	/** Answers that a login before was content with. */
	remembered: Map<string, string>;
	signal: AbortSignal;
};

/** Logs in with the user's own ssh; resolves when other processes can share the connection. */
export const startMaster = async (options: MasterOptions): Promise<Master> => {
	const {address, host, configFile, folder, prompt, remembered, signal} = options;
	const over = new AbortController();
	const askpass =
		prompt &&
		new Askpass(folder.path, {
			prompt,
			remembered,
			signal: AbortSignal.any([signal, over.signal]),
		});
	const child = spawn(
		'ssh',
		[
			...configArguments(configFile),
			...masterOptions(host, folder, prompt !== undefined),
			...addressArguments(address),
			// A session of our own makes sshd switch Nagle's algorithm off, and its end with our
			// stdin ends the master even when this process is killed.
			'exec cat >/dev/null',
		],
		{
			stdio: ['pipe', 'ignore', 'pipe'],
			// In a session of its own: no terminal to ask at, and Ctrl-C is ours alone.
			detached: true,
			env: {...process.env, LC_ALL: 'C', ...(await askpass?.prepare())},
		},
	);
	child.stdin.on('error', () => {});
	let words = '';
	child.stderr.on('data', (data: Buffer) => {
		words = (words + data.toString()).slice(-8000);
	});
	let ended: 'exit' | Error | undefined;
	child.once('close', () => (ended ??= 'exit')).once('error', error => (ended = error));
	try {
		while (!(await exists(folder.control))) {
			signal.throwIfAborted();
			if (ended instanceof Error) throw notInstalled(ended);
			if (ended) throw await loginFailure(host, words);
			await askpass?.poll();
			await delay(pollMs);
		}

		askpass?.keep();
		return {child, words: () => words};
	} catch (error) {
		child.kill('SIGTERM');
		throw error;
	} finally {
		over.abort();
	}
};

const masterOptions = (host: SshHost, folder: ControlFolder, canAsk: boolean): string[] => {
	const timeout = host.connectTimeoutMs === null ? connectTimeoutSeconds : null;
	const options = {
		// Words that an older ssh does not know must not stop it.
		IgnoreUnknown: 'ForkAfterAuthentication,SessionType,StdinNull,EnableEscapeCommandline',
		ControlMaster: 'yes',
		ControlPath: folder.control.replaceAll('%', '%%'),
		ControlPersist: 'no',
		ServerAliveInterval: String(aliveSeconds),
		ServerAliveCountMax: '2',
		...(timeout === null ? {} : {ConnectTimeout: String(timeout)}),
		BatchMode: canAsk ? 'no' : 'yes',
		// What a person's interactive session has must not hang on ours.
		ClearAllForwardings: 'yes',
		ForwardAgent: 'no',
		ForwardX11: 'no',
		RemoteCommand: 'none',
		RequestTTY: 'no',
		PermitLocalCommand: 'no',
		ForkAfterAuthentication: 'no',
		SessionType: 'default',
		StdinNull: 'no',
		EscapeChar: 'none',
		LogLevel: 'INFO',
	};
	return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
};

const exists = (file: string): Promise<boolean> =>
	access(file).then(
		() => true,
		() => false,
	);

const notInstalled = (cause: Error): FleetError =>
	new FleetError('failed', `the ssh program cannot be started: ${cause.message}`, {
		hint: 'Install OpenSSH’s client, or leave transport = "ssh" for this remote.',
		cause,
	});

import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {Duplex} from 'node:stream';
import {text} from 'node:stream/consumers';
import type {RemoteConfig} from '../../source/config/config.ts';
import {openTransport} from '../../source/transport/registry.ts';
import type {Prompt} from '../../source/transport/prompt.ts';
import type {Lane, Transport} from '../../source/transport/transport.ts';
import {startSshd, type Sshd, type SshdOptions} from '../harness/sshd.ts';

export type FarHost = {
	sshd: Sshd;
	/** The far side's home. */
	home: string;
	/** The far side's state folder. */
	state: string;
	/** This side's state folder. */
	near: string;
	remote: RemoteConfig;
	open(changes?: Partial<RemoteConfig>, prompt?: Prompt): Promise<Transport>;
	/** What the host's command was called with, in order. */
	calls(): Promise<string[]>;
	/** What is remembered of the way to it. */
	memory(): Promise<Record<string, unknown> | null>;
	stopDaemon(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

const root = path.join(import.meta.dirname, '../..');

/** A host behind a real sshd with a stand-in for the host's command. */
export const startFarHost = async (
	options: SshdOptions & {rc?: string; transport?: 'ssh' | 'openssh'} = {},
): Promise<FarHost> => {
	const folder = await mkdtemp('/tmp/far-');
	const [home, state, near] = ['home', 's', 'near'].map(name => path.join(folder, name)) as [
		string,
		string,
		string,
	];
	await mkdir(path.join(home, '.local/bin'), {recursive: true});
	await mkdir(state);
	const script = path.join(root, 'fixtures/transport/console.mjs');
	await writeFile(
		path.join(home, '.local/bin/console'),
		`#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`,
		{mode: 0o755},
	);
	if (options.rc) {
		await writeFile(path.join(home, '.bashrc'), options.rc);
		await writeFile(path.join(home, '.zshenv'), options.rc);
	}

	const sshd = await startSshd({
		...options,
		environment: {HOME: home, FLEET_STATE_DIR: state, ...options.environment},
	});
	const remote: RemoteConfig = {
		name: 'dev-server',
		ssh: sshd.alias,
		remotePath: '~/.local/bin/console',
		syncIntervalSeconds: 2,
		tags: [],
		sshConfig: sshd.sshConfig,
		transport: options.transport ?? 'ssh',
		syncUp: [],
		syncBidi: [],
		install: {command: null},
	};
	const opened: Transport[] = [];
	const stopDaemon = async () => {
		const pid = await readFile(path.join(state, 'run/pid'), 'utf8').catch(() => null);
		if (pid === null) return;
		await rm(path.join(state, 'run/pid'));
		while (signal(Number(pid), 'SIGKILL')) await delay(5);
	};

	return {
		sshd,
		home,
		state,
		near,
		remote,
		async open(changes = {}, prompt) {
			const transport = await openTransport({
				remote: {...remote, ...changes},
				stateFolder: near,
				prompt,
			});
			opened.push(transport);
			return transport;
		},
		calls: async () =>
			(await readFile(path.join(state, 'calls'), 'utf8').catch(() => ''))
				.split('\n')
				.filter(Boolean),
		memory: async () =>
			readFile(path.join(near, 'remotes/dev-server.json'), 'utf8').then(
				text => JSON.parse(text) as Record<string, unknown>,
				() => null,
			),
		stopDaemon,
		async [Symbol.asyncDispose]() {
			for (const transport of opened) await transport.close();
			await stopDaemon();
			await sshd[Symbol.asyncDispose]();
			await rm(folder, {recursive: true, force: true});
		},
	};
};

/** False when there is no such process. */
const signal = (pid: number, name: NodeJS.Signals): boolean => {
	try {
		return process.kill(pid, name);
	} catch {
		return false;
	}
};

/** A dial that cannot hang a test. */
export const dial = (transport: Transport, lane?: Lane): Promise<Duplex> =>
	transport.dial(AbortSignal.timeout(20_000), lane);

/** Logs in, without the daemon; yields what a program there printed. */
export const enter = async (transport: Transport, lane?: Lane): Promise<string> => {
	const {stream} = await transport.exec!('echo in', AbortSignal.timeout(20_000), lane);
	stream.end();
	return text(stream);
};

/** One HTTP exchange over a stream, which it uses up. */
export const get = (stream: Duplex, path_ = '/'): Promise<string> =>
	new Promise((resolve, reject) => {
		const request = http.request({
			createConnection: () => stream,
			path: path_,
			headers: {connection: 'close'},
		});
		request.on('error', reject).on('response', response => {
			let body = '';
			response.setEncoding('utf8');
			response.on('data', (part: string) => (body += part));
			response.on('end', () => resolve(body)).on('error', reject);
		});
		request.end();
	});

import {mkdtemp, rm} from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import type {Agent} from '../../source/protocol/agent.ts';
import {serve, type RunningHost, type ServeOptions} from '../../source/host/serve.ts';
import type {AnswerBody} from './answer-body.ts';
import {FakeRuntime} from './fake-runtime.ts';

/** A short folder (a socket's path may not be long), removed after the test. */
export const stateFolder = async (): Promise<string> => {
	const folder = await mkdtemp('/tmp/fh-');
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	return path.join(folder, 's');
};

export type TestHost = RunningHost & {runtime: FakeRuntime; folder: string; socket: string};

export const startHost = async (options: Partial<ServeOptions> = {}): Promise<TestHost> => {
	const folder = options.stateFolder ?? (await stateFolder());
	const runtime = (options.runtime as FakeRuntime | undefined) ?? new FakeRuntime();
	const running = await serve({
		environment: async () => ({PATH: '/usr/bin:/bin', SHELL: '/bin/sh', HOME: '/tmp'}),
		...options,
		stateFolder: folder,
		runtime,
	});
	onTestFinished(() => {
		// No launcher redeems the tickets of terminals in memory; the end would wait for one.
		running.host.tickets.close();
		return running.close();
	});
	return {...running, runtime, folder, socket: running.host.socket};
};

export type Answer = {
	status: number;
	headers: http.IncomingHttpHeaders;
	text: string;
	json: AnswerBody;
};

/** One request, its whole answer. */
export const ask = (
	{socket}: {socket: string},
	method: string,
	target: string,
	{body, headers = {}}: {body?: unknown; headers?: Record<string, string>} = {},
): Promise<Answer> =>
	new Promise((resolve, reject) => {
		const request = http.request(
			{
				socketPath: socket,
				method,
				path: target,
				headers: {...headers, ...(body === undefined ? {} : {'content-type': 'application/json'})},
				agent: false,
				signal: AbortSignal.timeout(10_000),
			},
			response => {
				let text = '';
				response.setEncoding('utf8');
				response.on('data', (chunk: string) => (text += chunk));
				response.on('error', reject);
				response.on('end', () => {
					const {statusCode = 0, headers} = response;
					resolve({status: statusCode, headers, text, json: bodyOf(text)});
				});
			},
		);
		request.on('error', reject);
		request.end(
			body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
		);
	});

const bodyOf = (text: string): AnswerBody => {
	try {
		return JSON.parse(text) as AnswerBody;
	} catch {
		return {} as AnswerBody;
	}
};

/** Launches something and yields the agent; `command` defaults to a program that every host has. */
export const launch = async (
	host: TestHost,
	body: Record<string, unknown> = {},
): Promise<Agent> => {
	const answer = await ask(host, 'POST', '/v1/agents', {
		body: {agent: 'shell', command: ['cat'], cwd: '/tmp', ...body},
	});
	if (answer.status !== 201) throw new Error(`launch answered ${answer.status}: ${answer.text}`);
	return answer.json.agent;
};

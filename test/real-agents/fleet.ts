import http from 'node:http';
import path from 'node:path';
import {createParser} from 'eventsource-parser';
import type {Agent} from '../../source/protocol/agent.ts';
import type {AgentEvidence} from '../../source/host/arbiter/evidence.ts';
import {createTmuxRuntime} from '../../source/host/runtimes/tmux/tmux-runtime.ts';
import type {RuntimeEvent} from '../../source/host/runtimes/runtime.ts';
import {serve} from '../../source/host/serve.ts';

export type Recorded =
	| {at: number; event: RuntimeEvent}
	| {at: number; evidence: AgentEvidence}
	| {at: number; look: true}
	| {at: number; begin: true}
	| {at: number; state: Agent['state']};

export type Row = {at: number; agent: Agent};

/** A daemon with real terminals, seen the way a console sees it, its evidence recorded. */
export const startFleet = async (stateFolder: string, environment: Record<string, string>) => {
	const runtime = createTmuxRuntime({
		state: stateFolder,
		command: [process.execPath, path.resolve(import.meta.dirname, '../../dist/cli.js')],
	});
	const {host, close} = await serve({
		stateFolder,
		runtime,
		environment: async () => environment,
	});
	const recorded = new Map<string, Recorded[]>();
	const record = (id: string, entry: Recorded) =>
		recorded.set(id, [...(recorded.get(id) ?? []), entry]);
	const {observers} = host.agents;
	const see = observers.see.bind(observers);
	const tell = observers.tell.bind(observers);
	const look = observers.look.bind(observers);
	observers.see = (event, change) => {
		record(event.id, {at: Date.now(), event});
		see(event, change);
	};
	observers.tell = (id, evidence) => {
		record(id, {at: Date.now(), evidence});
		tell(id, evidence);
	};
	const begin = observers.begin.bind(observers);
	observers.begin = (id, known) => {
		record(id, {at: Date.now(), begin: true});
		begin(id, known);
	};
	observers.look = id => {
		record(id, {at: Date.now(), look: true});
		look(id);
	};

	const rows: Row[] = [];
	const parser = createParser({
		onEvent({event, data}) {
			if (event !== 'agent.created' && event !== 'agent.updated') return;
			const {agent} = JSON.parse(data) as {agent: Agent};
			const last = rows.findLast(row => row.agent.id === agent.id);
			rows.push({at: Date.now(), agent});
			if (last?.agent.state !== agent.state) record(agent.id, {at: Date.now(), state: agent.state});
		},
	});
	const stream = http.get({socketPath: host.socket, path: '/v1/events'}, response => {
		response.setEncoding('utf8').on('data', (text: string) => parser.feed(text));
		response.on('error', () => {});
	});
	stream.on('error', () => {});
	await new Promise(resolve => stream.once('response', resolve));

	return {
		rows,
		recorded: (id: string): readonly Recorded[] => recorded.get(id) ?? [],
		/** The evidence as `explain` prints it, for a failure. */
		explain: (id: string) => observers.explain(host.registry.get(id)!),
		screen: async (id: string) =>
			(await runtime.screen(id, {ansi: false, history: 0})).lines.join('\n'),
		call: (method: string, target: string, body?: unknown) =>
			call(host.socket, method, target, body),
		async end() {
			stream.destroy();
			await runtime.destroy();
			await close();
		},
	};
};

export type Fleet = Awaited<ReturnType<typeof startFleet>>;

const call = (
	socketPath: string,
	method: string,
	target: string,
	body?: unknown,
): Promise<{status: number; json: {agent: Agent} & Record<string, unknown>}> =>
	new Promise((resolve, reject) => {
		const request = http.request(
			{
				socketPath,
				method,
				path: target,
				headers: {'content-type': 'application/json'},
				signal: AbortSignal.timeout(15_000),
			},
			response => {
				let text = '';
				response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
				response.on('end', () =>
					resolve({
						status: response.statusCode ?? 0,
						json: JSON.parse(text || '{}') as {agent: Agent} & Record<string, unknown>,
					}),
				);
			},
		);
		request.on('error', reject);
		request.end(body === undefined ? undefined : JSON.stringify(body));
	});

import * as v from 'valibot';
import type {Client} from '../client/client.ts';
import {FleetError} from '../errors.ts';
import {maxEventBytes} from '../protocol/event.ts';
import {screenSchema, type AgentScreen} from '../protocol/screen.ts';
import type {HostCalls} from './services.ts';

/** As far back as the preview scrolls. */
const historyLines = 1000;

const agentPath = (id: string, rest = ''): string => `/v1/agents/${encodeURIComponent(id)}${rest}`;

/**
 * The console's calls over a client. What needs the laptop's configuration (roles, credentials)
 * is given by whoever knows it: `launch`, and `restart` where a role has credentials.
 */
export const hostCalls = (
	client: Client,
	{launch, restart}: Pick<HostCalls, 'launch'> & Partial<Pick<HostCalls, 'restart'>>,
): HostCalls => ({
	launch,
	restart:
		restart ??
		(async (id, signal) => {
			await client.request('POST', agentPath(id, '/restart'), {body: {}, signal});
		}),
	async send(id, text, signal) {
		await client.request('POST', agentPath(id, '/input'), {body: {text, submit: true}, signal});
	},
	async answer(id, answer, signal) {
		await client.request('POST', agentPath(id, '/answer'), {body: answer, signal});
	},
	async stop(id, signal) {
		await client.request('POST', agentPath(id, '/stop'), {body: {}, signal});
	},
	async remove(id, signal) {
		await client.request('DELETE', agentPath(id), {signal});
	},
	async seen(id, signal) {
		await client.request('POST', agentPath(id, '/seen'), {body: {}, signal});
	},
	screens: (id, signal) => screens(client, id, signal),
	async history(id, signal) {
		const path = agentPath(id, `/screen?ansi=1&history=${historyLines}`);
		const parsed = v.safeParse(screenSchema, await client.json('GET', path, {signal}));
		if (parsed.success) return parsed.output;
		throw new FleetError('bad-response', 'the host answered with something else than a screen');
	},
	attach: (id, options) => client.attach(id, options),
});

async function* screens(
	client: Client,
	id: string,
	signal: AbortSignal,
): AsyncGenerator<AgentScreen> {
	for await (const wire of client.events({path: agentPath(id, '/screen?ansi=1'), signal})) {
		if (wire.event !== 'screen' || wire.data.length > maxEventBytes) continue;
		const screen = parseScreen(wire.data);
		if (screen) yield screen;
	}
}

const parseScreen = (data: string): AgentScreen | undefined => {
	try {
		return v.parse(screenSchema, JSON.parse(data));
	} catch {
		// The host is not trusted to be well-formed: a broken picture is no picture.
		return undefined;
	}
};

import {FleetError} from '../errors.ts';
import type {Agent} from '../protocol/agent.ts';
import {agentIn, agentPath} from './agent-calls.ts';
import type {CommandContext} from './command.ts';
import {planLaunch, type LaunchWish} from './launch.ts';

/** A launch may have to start an agent program from a cold disk. */
const launchTimeoutMs = 60_000;

type Size = {cols: number; rows: number};

/** The size that a terminal of this laptop would give an agent; undefined without one. */
export const terminalSize = ({
	stdout,
}: Pick<CommandContext, 'stdout'>): {size: Size} | Record<string, never> =>
	stdout.isTTY && stdout.columns > 1 && stdout.rows > 1
		? {size: {cols: Math.min(1000, stdout.columns), rows: Math.min(1000, stdout.rows)}}
		: {};

/** Launches what is wished for, with its credentials resolved here and now. */
export const startAgent = async (
	context: CommandContext,
	wish: LaunchWish,
	signal = context.signal,
): Promise<Agent> => {
	const config = await context.config();
	const isLocal = (await context.remote()) === null;
	const {request, credentials} = planLaunch(wish, config, {isLocal});
	const environment = await secretsFor(context, credentials, signal);
	const client = await context.client();
	return agentIn(
		await client.json('POST', '/v1/agents', {
			body: {...request, environment, ...terminalSize(context)},
			signal,
			timeoutMs: launchTimeoutMs,
		}),
	);
};

/** Starts an agent again; its role's credentials are resolved anew, for the host kept none. */
export const restartAgent = async (
	context: CommandContext,
	agent: Pick<Agent, 'id' | 'role'>,
	{credentials = [], fresh = false}: {credentials?: readonly string[]; fresh?: boolean} = {},
	signal = context.signal,
): Promise<void> => {
	const {roles} = await context.config();
	const role = agent.role !== null && Object.hasOwn(roles, agent.role) ? roles[agent.role] : null;
	const names = [...new Set([...(role?.credentials ?? []), ...credentials])];
	const environment = await secretsFor(context, names, signal);
	const client = await context.client();
	try {
		await client.request('POST', agentPath(agent.id, '/restart'), {
			body: {environment, fresh, ...terminalSize(context)},
			signal,
			timeoutMs: launchTimeoutMs,
		});
	} catch (error) {
		throw error instanceof FleetError && error.code === 'needs-person'
			? new FleetError(error.code, error.message, {
					hint: 'Name its credentials: `console restart AGENT --credential NAME`.',
				})
			: error;
	}
};

async function secretsFor(
	context: CommandContext,
	names: readonly string[],
	signal: AbortSignal,
): Promise<Record<string, string>> {
	if (names.length === 0) return {};
	const [config, {resolveCredentials, revealEnvironment}] = await Promise.all([
		context.config(),
		import('../credentials/resolve.ts'),
	]);
	return revealEnvironment(await resolveCredentials(names, config, {signal}));
}

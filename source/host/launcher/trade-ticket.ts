import {request} from 'node:http';
import {FleetError} from '../../errors.ts';
import {protocol} from '../../protocol/version.ts';
import type {LaunchCommand} from './tickets.ts';

/** An argv and environment beyond this could not be started anyhow: the kernel's limit is 2 MiB by default. */
const limit = 8 * 1024 * 1024;

/** Asks the daemon at `socketPath` what to start; once for a ticket. Rejects with `failed` and a sentence for the screen. */
export const tradeTicket = (
	ticket: string,
	socketPath: string,
	timeoutMs = 10_000,
): Promise<LaunchCommand> =>
	new Promise((resolve, reject) => {
		const fail = (message: string, cause?: unknown) =>
			reject(new FleetError('failed', message, {cause, hint: 'start the agent again'}));
		const call = request(
			{
				socketPath,
				method: 'POST',
				path: `/v1/launches/${encodeURIComponent(ticket)}`,
				headers: {'fleet-protocol': `${protocol.major}.${protocol.minor}`, 'content-length': 0},
				agent: false,
				signal: AbortSignal.timeout(timeoutMs),
			},
			response => {
				const chunks: Buffer[] = [];
				let size = 0;
				response.on('data', (chunk: Buffer) => {
					size += chunk.length;
					if (size > limit) call.destroy(new Error('its answer is too large'));
					else chunks.push(chunk);
				});
				response.on('error', error => fail(`the daemon broke off: ${error.message}`, error));
				response.on('end', () => {
					if (response.statusCode !== 200) {
						fail(`this launch is over (the daemon answered ${response.statusCode})`);
						return;
					}

					const command = parse(Buffer.concat(chunks).toString());
					if (command === null) fail('the daemon gave an answer that makes no sense');
					else resolve(command);
				});
			},
		);
		call.on('error', error => fail(`the daemon cannot be asked: ${error.message}`, error));
		call.end();
	});

const isText = (value: unknown): value is string =>
	typeof value === 'string' && !value.includes('\0');

/** By hand: a schema library would cost this short-lived process more than all the rest of it. */
const parse = (body: string): LaunchCommand | null => {
	let value: Partial<Record<keyof LaunchCommand, unknown>> | null;
	try {
		value = JSON.parse(body) as typeof value;
	} catch {
		return null;
	}

	const {argv, env, cwd} = value ?? {};
	if (!Array.isArray(argv) || argv.length === 0 || !argv.every(isText) || !isText(cwd)) return null;
	if (typeof env !== 'object' || env === null || !Object.values(env).every(isText)) return null;
	return {argv, env: env as Record<string, string>, cwd};
};

import * as v from 'valibot';
import {FleetError} from '../../errors.ts';
import {restartReason, stopReason} from '../../protocol/event.ts';
import {hostChecks} from '../doctor/host-checks.ts';
import type {Route} from '../http/route.ts';
import {readHostInfo} from '../info/host-info.ts';
import {parseBody} from './parse-body.ts';

const stopSchema = v.object({
	agents: v.optional(v.boolean(), false),
	/** Whoever asks starts it again: consoles wait for that. */
	restart: v.optional(v.boolean(), false),
});

/** The host itself, and the launcher's one call. */
export const hostRoutes: readonly Route[] = [
	{method: 'GET', path: '/v1/ping', handle: () => ({status: 204})},
	{
		method: 'GET',
		path: '/v1/host',
		handle: async (_request, host) => ({status: 200, json: await readHostInfo(host)}),
	},
	{
		method: 'GET',
		path: '/v1/host/checks',
		handle: async (_request, host) => ({
			status: 200,
			json: {checks: await hostChecks(host), now: Date.now()},
		}),
	},
	{
		method: 'POST',
		path: '/v1/host/stop',
		async handle(request, host) {
			const {agents, restart} = await parseBody(stopSchema, request);
			const reason = restart ? restartReason : stopReason;
			// After the answer is on its way.
			request.response.on('close', () => host.stop(reason, {agents}));
			return {status: 202, json: {}};
		},
	},
	{
		method: 'POST',
		path: '/v1/launches/:ticket',
		handle({parameters}, host) {
			const command = host.tickets.redeem(parameters['ticket']!);
			if (command) return {status: 200, json: command};
			throw new FleetError('denied', 'this launch is over: the ticket was used or has expired');
		},
	},
];

import {FleetError} from '../errors.ts';
import type {Transport} from '../transport/transport.ts';
import type {Client} from './client.ts';
import {DialAgent} from './dial-agent.ts';
import {events} from './events.ts';
import {request} from './request.ts';

/** The daemon's interface over a transport, which stays its owner's to close. */
export const createClient = (transport: Transport): Client => {
	const agent = new DialAgent(transport, {keepAlive: true, maxFreeSockets: 4, scheduling: 'lifo'});
	// A stream that ends takes its socket with it; one that was upgraded is no http socket any more.
	const streams = new DialAgent(transport, {keepAlive: false});
	return {
		request: (method, path, options) => request(agent, method, path, options),
		async json(method, path, options) {
			const answer = await request(agent, method, path, options);
			options?.onAnswer?.(answer);
			try {
				return JSON.parse(answer.body.toString('utf8')) as unknown;
			} catch (error) {
				throw new FleetError('bad-response', 'the host answered with no JSON', {cause: error});
			}
		},
		events: options => events(streams, options),
		async attach(id, options) {
			const {attach} = await import('./attach.ts');
			return attach(streams, id, options);
		},
		close() {
			agent.destroy();
			streams.destroy();
		},
	};
};

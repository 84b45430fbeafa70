import type {Route} from '../http/route.ts';

/** `GET /v1/events`. */
export const eventRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/v1/events',
		streams: true,
		handle({headers, query, response}, host) {
			const since = headers['last-event-id'] ?? query.get('since');
			response.writeHead(200, {
				'content-type': 'text/event-stream',
				'cache-control': 'no-store',
			});
			host.hub.subscribe(response, typeof since === 'string' && since !== '' ? since : undefined);
			return undefined;
		},
	},
];

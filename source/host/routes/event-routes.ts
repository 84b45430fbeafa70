import {actionKinds} from '../../protocol/action.ts';
import type {Actor} from '../events/hub.ts';
import type {Route} from '../http/route.ts';

const journalPage = 500;

/** `?console=NAME&acts=web,ide`: who listens, and on what it acts without asking its person. */
const actorOf = (query: URLSearchParams): Actor | undefined => {
	const console = query.get('console') ?? '';
	if (console === '' || console.length > 64) return undefined;
	const kinds = (query.get('acts') ?? '').split(',');
	return {console, kinds: actionKinds.filter(kind => kinds.includes(kind))};
};

export const eventRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/v1/journal',
		handle({query}, host) {
			const after = Math.max(0, Math.trunc(Number(query.get('after'))) || 0);
			return {status: 200, json: {events: host.journal.page(after, journalPage)}};
		},
	},
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
			host.hub.subscribe(
				response,
				typeof since === 'string' && since !== '' ? since : undefined,
				actorOf(query),
			);
			return undefined;
		},
	},
];

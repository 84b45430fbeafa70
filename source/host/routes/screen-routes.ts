import type {ScreenRequest} from '../runtimes/runtime.ts';
import type {Route} from '../http/route.ts';

const mostHistory = 5000;

/** `GET /v1/agents/ID/screen`: what the terminal shows, once or for as long as somebody watches. */
export const screenRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/v1/agents/:agent/screen',
		streams: true,
		async handle({parameters, query, headers, response}, host) {
			const {id} = host.registry.find(parameters['agent']!);
			const request: ScreenRequest = {
				ansi: query.get('ansi') === '1',
				history: Math.min(Math.max(Math.trunc(Number(query.get('history'))) || 0, 0), mostHistory),
			};
			const accept = headers.accept ?? '';
			if (accept.includes('text/event-stream')) {
				await host.screens.watch(id, request, response);
				return undefined;
			}

			const screen = await host.runtime.screen(id, request);
			return accept.includes('application/json')
				? {status: 200, json: screen}
				: {status: 200, text: screen.lines.map(line => `${line}\n`).join('')};
		},
	},
];

import type {Route} from '../http/route.ts';
import {actionRoutes, pathRoutes} from './action-routes.ts';
import {agentRoutes} from './agent-routes.ts';
import {diffRoutes} from './diff-routes.ts';
import {eventRoutes} from './event-routes.ts';
import {hostRoutes} from './host-routes.ts';
import {syncRoutes} from './sync-routes.ts';
import {screenRoutes} from './screen-routes.ts';

/** Every call of the wire but the WebSocket's. */
export const routes: readonly Route[] = [
	...hostRoutes,
	...agentRoutes,
	...screenRoutes,
	...actionRoutes,
	...pathRoutes,
	...diffRoutes,
	...syncRoutes,
	...eventRoutes,
];

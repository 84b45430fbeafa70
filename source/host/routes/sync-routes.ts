import {FleetError} from '../../errors.ts';
import {isRemoteCall, parseCall} from '../../sync/remote/answer-call.ts';
import {maxFrameBytes} from '../../sync/remote/wire.ts';
import type {Route} from '../http/route.ts';

/** `POST /v1/sync/CALL`: the host's side of a sync rule, body and answer framed. */
export const syncRoutes: readonly Route[] = [
	{
		method: 'POST',
		path: '/v1/sync/:call',
		maxBodyBytes: maxFrameBytes,
		// The first scan of a large tree takes minutes; the caller's own deadline holds.
		streams: true,
		async handle({parameters, bytes, response, signal}, host) {
			const name = parameters['call']!;
			if (!isRemoteCall(name)) throw new FleetError('not-supported', `sync has no ${name} here`);
			const body = await host.sync.answer(name, parseCall(await bytes()), signal);
			response
				.writeHead(200, {
					'content-type': 'application/octet-stream',
					'content-length': body.length,
					'cache-control': 'no-store',
				})
				.end(body);
			return undefined;
		},
	},
];

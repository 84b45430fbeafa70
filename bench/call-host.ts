import {request} from 'node:http';

/** One request to the daemon at its own socket; rejects unless it is answered with 2xx. */
export const callHost = async (socketPath: string, method: string, path: string, body?: unknown) =>
	new Promise<void>((resolve, reject) => {
		const outgoing = request({socketPath, method, path}, response => {
			response.resume();
			response.on('end', () => {
				if (response.statusCode! < 300) resolve();
				else reject(new Error(`${method} ${path}: ${response.statusCode}`));
			});
		});
		outgoing.on('error', reject);
		outgoing.setHeader('fleet-protocol', '1.0');
		outgoing.setHeader('content-type', 'application/json');
		outgoing.end(body === undefined ? undefined : JSON.stringify(body));
	});

import {once} from 'node:events';
import {chmodSync, rmSync} from 'node:fs';
import type http from 'node:http';
import type {Socket} from 'node:net';
import {unusable} from '../../config/private-folder.ts';

/** What still talks when the server ends has this long to hear the end. */
const farewellMs = 500;

/**
 * Listens on the socket, which nobody but this user can open; rejects with `state-dir-unusable`.
 * Whoever has claimed the folder knows that a socket file which is there is nobody's. Yields what
 * ends it: no new connections, and those that are there in `farewellMs`.
 */
export const listen = async (server: http.Server, socket: string): Promise<() => Promise<void>> => {
	// Upgraded ones too, which the server itself loses sight of.
	const open = new Set<Socket>();
	server.on('connection', connection => {
		open.add(connection);
		connection.on('close', () => open.delete(connection));
	});
	try {
		rmSync(socket, {force: true});
		bind(server, socket);
		await once(server, 'listening');
		chmodSync(socket, 0o600);
	} catch (error) {
		throw unusable(`cannot listen on ${socket}: ${(error as Error).message}`, error);
	}

	return async () => {
		const {promise, resolve} = Promise.withResolvers<void>();
		server.close(() => resolve());
		server.closeIdleConnections();
		const late = setTimeout(() => {
			for (const connection of open) connection.destroy();
		}, farewellMs);
		await promise;
		clearTimeout(late);
	};
};

// Agents are started by this process, and their files follow the person's own mask: back at once.
const bind = (server: http.Server, socket: string): void => {
	const mask = process.umask(0o177);
	try {
		server.listen({path: socket, backlog: 511});
	} finally {
		process.umask(mask);
	}
};

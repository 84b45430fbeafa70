import {mkdtemp, rm} from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {Duplex} from 'node:stream';
import {FleetError} from '../../source/errors.ts';
import type {Transport} from '../../source/transport/transport.ts';

export type FakeHost = {
	readonly server: http.Server;
	/** Requests as they came: `GET /v1/ping`. */
	readonly calls: string[];
	readonly transport: BreakableTransport;
	close(): Promise<void>;
};

export type BreakableTransport = Transport & {
	/** No byte passes any more, in either direction, and nobody is told: a black hole. */
	cut(): void;
	/** New streams pass again; those of before the cut are dead for good, as after a lost connection. */
	heal(): void;
	/** Every stream breaks, and whoever listens is told. */
	sever(): void;
	/** Every dial fails so, until it is undefined again. */
	refuseWith: FleetError | undefined;
	dials: number;
	resets: number;
};

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** A host that answers as a test tells it to, behind a way that can be cut. */
export const startFakeHost = async (handler: Handler): Promise<FakeHost> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'fc-'));
	const socketPath = path.join(folder, 's');
	const calls: string[] = [];
	const server = http.createServer((request, response) => {
		calls.push(`${request.method!} ${request.url!}`);
		response.setHeader('fleet-protocol', '1.0');
		if (request.url === '/v1/ping') response.writeHead(204).end();
		else handler(request, response);
	});
	await new Promise<void>(resolve => server.listen(socketPath, resolve));
	return {
		server,
		calls,
		transport: breakable(socketPath),
		async close() {
			server.closeAllConnections();
			await new Promise(resolve => server.close(resolve));
			await rm(folder, {recursive: true, force: true});
		},
	};
};

function breakable(socketPath: string): BreakableTransport {
	const streams = new Set<{end(error?: Error): void; isStuck: boolean}>();
	const listeners = new Set<(error: Error) => void>();
	let isCut = false;
	const transport: BreakableTransport = {
		description: 'fake',
		refuseWith: undefined,
		dials: 0,
		resets: 0,
		async dial(signal) {
			transport.dials++;
			if (transport.refuseWith) throw transport.refuseWith;
			if (isCut) {
				await new Promise((_, reject) => {
					signal.addEventListener('abort', () => reject(signal.reason as Error));
				});
			}

			const inner = net.connect(socketPath);
			await new Promise<void>((resolve, reject) => {
				inner.once('connect', resolve).once('error', reject);
			});
			const gate = {
				isStuck: false,
				end(error?: Error) {
					outer.destroy(error);
				},
			};
			const outer = new Duplex({
				read: () => void inner.resume(),
				write(chunk: Buffer, _encoding, done) {
					// Into the void: it looks written, as it does to a kernel's buffer.
					if (gate.isStuck) done();
					else inner.write(chunk, done);
				},
				final(done) {
					inner.end();
					done();
				},
				destroy(error, done) {
					streams.delete(gate);
					inner.destroy();
					done(error);
				},
			});
			inner.on('data', (chunk: Buffer) => {
				if (!gate.isStuck && !outer.push(chunk)) inner.pause();
			});
			inner.on('close', () => {
				if (!gate.isStuck) outer.push(null);
			});
			streams.add(gate);
			return outer;
		},
		reset() {
			transport.resets++;
			for (const gate of streams) gate.end(new FleetError('connection-lost', 'reset'));
		},
		onLost(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		async close() {
			transport.reset();
		},
		cut() {
			isCut = true;
			for (const gate of streams) gate.isStuck = true;
		},
		heal() {
			isCut = false;
		},
		sever() {
			const error = new FleetError('connection-lost', 'severed');
			for (const gate of streams) gate.end(error);
			for (const listener of listeners) listener(error);
		},
	};
	return transport;
}

import http from 'node:http';
import {createParser} from 'eventsource-parser';
import {onTestFinished} from 'vitest';
import type {EventBody} from './answer-body.ts';

export type Seen = {id: string | undefined; event: string | undefined; data: EventBody};

/** A subscription that collects; `until` waits for one and says what came when it does not come. */
export const subscribe = async (
	{socket}: {socket: string},
	target = '/v1/events',
	headers: Record<string, string> = {},
) => {
	const seen: Seen[] = [];
	let comments = 0;
	let ended = false;
	const wake = new Set<() => void>();
	const tell = () => {
		for (const listener of wake) listener();
	};
	const parser = createParser({
		onEvent(event) {
			seen.push({id: event.id, event: event.event, data: JSON.parse(event.data)});
		},
		onComment() {
			comments++;
		},
	});
	const {promise, resolve, reject} = Promise.withResolvers<http.IncomingMessage>();
	const request = http.get(
		{
			socketPath: socket,
			path: target,
			headers: {accept: 'text/event-stream', ...headers},
			agent: false,
		},
		resolve,
	);
	request.on('error', reject);
	const response = await promise;
	response.setEncoding('utf8');
	response.on('data', (chunk: string) => {
		parser.feed(chunk);
		tell();
	});
	const end = () => {
		ended = true;
		tell();
	};
	response.on('end', end);
	response.on('close', end);
	response.on('error', end);
	const close = () => {
		request.destroy();
	};
	onTestFinished(close);

	return {
		seen,
		response,
		close,
		get comments() {
			return comments;
		},
		get ended() {
			return ended;
		},
		/** The journalled ones: those with an id. */
		get journalled() {
			return seen.filter(({id, event}) => id !== undefined && event !== 'snapshot');
		},
		until(what: string, test: () => boolean, deadlineMs = 8000): Promise<void> {
			return new Promise((done, fail) => {
				const check = () => {
					if (!test()) return;
					clearTimeout(timer);
					wake.delete(check);
					done();
				};
				const timer = setTimeout(() => {
					wake.delete(check);
					fail(new Error(`${what} did not come; seen: ${JSON.stringify(seen).slice(0, 3000)}`));
				}, deadlineMs);
				wake.add(check);
				check();
			});
		},
	};
};

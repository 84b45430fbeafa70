import * as v from 'valibot';
import type {RawData, WebSocket} from 'ws';
import {toFleetError} from '../../errors.ts';
import type {AgentEnd} from '../agents/tell-end.ts';
import type {AttachedTerminal} from '../runtimes/runtime.ts';
import {whileTyping} from '../../while-typing.ts';
import {gatherOutput} from './gather-output.ts';

/** A terminal that prints faster than the link carries waits at this much; tmux then drops frames. */
const mostBufferedBytes = 64 * 1024;
const pingMs = 15_000;
/** The terminal's last bytes are on their way when its end is told. */
const lastBytesMs = 100;

const controlSchema = v.object({
	resize: v.object({
		cols: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)),
		rows: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)),
	}),
});

/**
 * Bytes both ways until either side ends, each side held back by the other. `onEnd` subscribes to
 * the agent's end, which is told before the socket closes.
 */
export const joinTerminal = (
	socket: WebSocket,
	terminal: AttachedTerminal,
	onEnd: (listener: (end: AgentEnd) => void) => () => void,
): void => {
	const {stream} = terminal;
	const typingEnds = whileTyping();
	let alive = true;
	let ending: NodeJS.Timeout | undefined;
	const ping = setInterval(() => {
		// A laptop that is gone would otherwise keep its size on the terminal for hours.
		if (!alive && socket.bufferedAmount === 0) socket.terminate();
		alive = false;
		socket.ping();
	}, pingMs);

	const output = gatherOutput(bytes => {
		socket.send(bytes, {binary: true}, () => {
			if (stream.isPaused() && socket.bufferedAmount < mostBufferedBytes) stream.resume();
		});
	});
	stream.on('data', (chunk: Buffer) => {
		output.push(chunk);
		if (output.waiting() + socket.bufferedAmount >= mostBufferedBytes) stream.pause();
	});
	const close = (code: number, reason: string) => {
		output.flush();
		if (ending === undefined) socket.close(code, reason);
	};
	stream.on('end', () => close(1000, 'the terminal ended'));
	stream.on('close', () => close(1000, 'the terminal ended'));
	stream.on('error', error => close(1011, toFleetError(error).message.slice(0, 100)));
	stream.on('drain', () => socket.resume());

	socket.on('message', (data: RawData, isBinary: boolean) => {
		alive = true;
		if (isBinary) {
			if (!stream.destroyed && stream.write(data as Buffer) === false) socket.pause();
			return;
		}

		const size = parseResize(String(data));
		if (size) terminal.resize(size);
	});
	socket.on('pong', () => {
		alive = true;
	});
	const unsubscribe = onEnd(({code, signal}) => {
		ending ??= setTimeout(() => {
			output.flush();
			socket.send(JSON.stringify({exit: {code, signal}}));
			socket.close(1000, 'the agent ended');
		}, lastBytesMs);
	});
	socket.on('error', () => socket.terminate());
	socket.on('close', () => {
		typingEnds();
		clearInterval(ping);
		clearTimeout(ending);
		unsubscribe();
		output.close();
		stream.resume();
		terminal.close();
	});
};

const parseResize = (text: string): {cols: number; rows: number} | undefined => {
	try {
		return v.parse(controlSchema, JSON.parse(text)).resize;
	} catch {
		// A newer console may send what this host does not know.
		return undefined;
	}
};

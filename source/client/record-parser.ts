import {createParser} from 'eventsource-parser';
import type {WireEvent} from '../protocol/event.ts';

export type RecordParser = {
	/** What the bytes complete, oldest first. */
	feed(bytes: Uint8Array): WireEvent[];
};

// An end of line, twice: an empty line ends a record.
const recordEnd = /(?:\r\n|\n|\r)(?:\r\n|\n|\r)/;

/**
 * SSE records from bytes that nobody vouches for. Invalid UTF-8 becomes U+FFFD; a record larger
 * than `limit` characters, a line without an end too, is dropped and counted by `onDropped`, and
 * the next one is read again.
 */
export const createRecordParser = (limit: number, onDropped: () => void): RecordParser => {
	const decoder = new TextDecoder('utf-8', {ignoreBOM: true});
	let events: WireEvent[] = [];
	let isOver = false;
	// While a record is dropped: the last characters seen, in case its end is split over chunks.
	let tail: string | undefined;
	const parser = createParser({
		maxBufferSize: limit,
		onEvent({id, event, data}) {
			events.push({id, event: event ?? 'message', data});
		},
		onError(error) {
			if (error.type === 'max-buffer-size-exceeded') isOver = true;
		},
	});

	const feedText = (text: string): void => {
		if (tail !== undefined) {
			const joined = tail + text;
			const end = recordEnd.exec(joined);
			if (!end) {
				tail = joined.slice(-3);
				return;
			}

			tail = undefined;
			text = joined.slice(end.index + end[0].length);
		}

		parser.feed(text);
		if (!isOver) return;
		isOver = false;
		parser.reset();
		onDropped();
		tail = text.slice(-3);
	};

	return {
		feed(bytes) {
			events = [];
			// The limit is looked at between pieces: one huge chunk is no way around it.
			const text = decoder.decode(bytes, {stream: true});
			for (let at = 0; at < text.length; at += 65_536) feedText(text.slice(at, at + 65_536));
			return events;
		},
	};
};

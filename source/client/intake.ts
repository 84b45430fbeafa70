import {parseEvent, parseEventId, type FleetEvent, type WireEvent} from '../protocol/event.ts';

/** What came and was not passed on, counted. */
export type Skipped = Record<'ignored' | 'malformed' | 'repeated' | 'dropped', number>;

export type Intake = {
	receive(record: WireEvent): void;
	/** The id to continue after. */
	lastId(): string | undefined;
	readonly skipped: Skipped;
};

/** Takes records of one subscription after the other, passes each on once, and knows where it is. */
export const createIntake = ({
	since,
	onRecord,
	onEvent,
}: {
	since?: string | undefined;
	onRecord?: ((record: WireEvent) => void) | undefined;
	onEvent(event: FleetEvent): void;
}): Intake => {
	const skipped: Skipped = {ignored: 0, malformed: 0, repeated: 0, dropped: 0};
	let lastId = since;

	const isRepeated = ({id, event}: WireEvent): boolean => {
		const [next, last] = [id, lastId].map(text => (text ? parseEventId(text) : undefined));
		// A snapshot is the truth at its id, whatever was heard before.
		if (!next || !last || event === 'snapshot') return false;
		return next.epoch === last.epoch && next.sequence <= last.sequence;
	};

	return {
		receive(record) {
			if (isRepeated(record)) {
				skipped.repeated++;
				return;
			}

			if (record.id !== undefined && parseEventId(record.id)) lastId = record.id;
			onRecord?.(record);
			const event = parseEvent(record);
			if (typeof event === 'string') skipped[event]++;
			else onEvent(event);
		},
		lastId: () => lastId,
		skipped,
	};
};

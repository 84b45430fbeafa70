import {betweenSequences} from './between-sequences.ts';

/** Says what draws nothing (a bell, a notification) on a terminal that another program writes to. */
export type Interjection = {
	/** Waits until the other's stream stands between two sequences. */
	say(text: string): void;
	/** These bytes of the other's were written just now. */
	passed(bytes: Uint8Array): void;
	/** The other's stream ended, maybe within a sequence. */
	cut(): void;
};

/** More than that of what waits is dropped: one notification a second, and a stream stands seldom long. */
const mostWaiting = 4096;

export const interject = (stdout: Pick<NodeJS.WriteStream, 'write'>): Interjection => {
	const stream = betweenSequences();
	let waiting = '';
	const flush = () => {
		if (waiting === '' || !stream.isBetween()) return;
		stdout.write(waiting);
		waiting = '';
	};

	return {
		say(text) {
			if (waiting.length + text.length <= mostWaiting) waiting += text;
			flush();
		},
		passed(bytes) {
			stream.pass(bytes);
			flush();
		},
		cut() {
			// CAN ends whatever sequence it stands in.
			if (!stream.isBetween()) stdout.write('\u0018');
			stream.reset();
			flush();
		},
	};
};

import type {AttachSession} from '../../../client/client.ts';
import type {UiConfig} from '../../../config/config.ts';
import {betweenSequences} from '../between-sequences.ts';
import {createHostScreen, type HostScreen} from './host-screen.ts';
import {keysOf} from './keys.ts';
import type {Overlay} from './overlay.ts';
import {draw, undraw} from './paint.ts';
import {createPredictions} from './predictions.ts';

export type LocalEcho = {
	/** Writes what came from the host to the terminal; false where no more should come for now. */
	output(bytes: Buffer): boolean;
	/** What was just sent to the host, its bytes as latin1. */
	typed(bytes: string): void;
	/** The terminal has another size, and the host will draw all anew. */
	resized(size: {cols: number; rows: number}): void;
	/** Leaves on the terminal what the host has drawn, and nothing else. */
	close(): void;
};

/** A nearer host echoes before a person can tell. */
const farMs = 30;
/** What the host draws until it is known how far it is, at most. */
const earlyBytes = 1024 * 1024;

/**
 * Shows letters as they are typed, before a far host has echoed them; those that it should have taken long ago
 * are underlined. What the host draws always counts: a guess that proves wrong is gone without a trace.
 */
export const localEcho = ({
	session,
	stdout,
	setting,
	size,
}: {
	session: Pick<AttachSession, 'probe'>;
	stdout: Pick<NodeJS.WriteStream, 'write'>;
	setting: UiConfig['localEcho'];
	size: {cols: number; rows: number};
}): LocalEcho => {
	const predictions = createPredictions();
	const stream = betweenSequences();
	let screen: HostScreen | undefined;
	let early: Buffer[] | undefined = setting === 'auto' ? [] : undefined;
	let earlyLength = 0;
	let drawn: Overlay | undefined;
	let drawnText = '';
	let sends = 0;
	let roundTripMs: number | undefined;
	let isClosed = false;
	let timer: NodeJS.Timeout | undefined;

	const lateMs = () => 100 + 2 * (roundTripMs ?? 1000);

	const probe = (onTaken: (now: number) => void) => {
		const sentAt = performance.now();
		session.probe(() => {
			if (isClosed) return;
			const now = performance.now();
			const sample = now - sentAt;
			roundTripMs = roundTripMs === undefined ? sample : roundTripMs + (sample - roundTripMs) / 8;
			onTaken(now);
		});
	};

	/** Draws what is foretold now, over `bytes` if some came. */
	const show = (bytes?: Buffer): boolean => {
		const now = performance.now();
		const next =
			screen && stream.isBetween() ? predictions.shown(screen, now, lateMs()) : undefined;
		const nextText = next ? draw(next) : '';
		clearTimeout(timer);
		const at = predictions.nextAt(now, lateMs());
		if (at !== undefined) timer = setTimeout(compare, at - now + 1);
		const before = drawn ? undraw(drawn) : '';
		const isSame = bytes === undefined && nextText === drawnText;
		drawn = next;
		drawnText = nextText;
		if (isSame) return true;
		if (bytes && before === '' && nextText === '') return stdout.write(bytes);
		const parts = [Buffer.from(before), bytes ?? Buffer.alloc(0), Buffer.from(nextText)];
		return stdout.write(Buffer.concat(parts));
	};

	const compare = () => {
		if (isClosed || !screen) return;
		predictions.compare(screen, performance.now());
		show();
	};

	/** Where the emulator cannot be had (an upgrade under way, say) or fails, the host alone echoes. */
	const attempt = (act: () => void) => {
		try {
			act();
		} catch {
			screen?.close();
			screen = undefined;
			predictions.forget();
		}
	};

	const pass = (bytes: Buffer) => {
		stream.pass(bytes);
		attempt(() => screen?.pass(bytes));
	};

	const begin = () => {
		attempt(() => {
			screen = createHostScreen(size);
		});
		for (const bytes of early ?? []) pass(bytes);
	};

	const keep = (bytes: Buffer) => {
		if (!early) return;
		earlyLength += bytes.length;
		if (earlyLength <= earlyBytes) early.push(bytes);
		else early = undefined;
	};

	if (setting === 'always') begin();
	if (setting !== 'never') {
		probe(() => {
			if (early && roundTripMs! >= farMs) begin();
			early = undefined;
		});
	}

	return {
		output(bytes) {
			keep(bytes);
			// Nothing is to be drawn with it: it need not wait for the emulator.
			if (predictions.isEmpty && !drawn) {
				const isTaken = stdout.write(bytes);
				if (screen) pass(bytes);
				return isTaken;
			}

			pass(bytes);
			if (screen) predictions.compare(screen, performance.now());
			return show(bytes);
		},
		typed(bytes) {
			if (!screen) return;
			const send = ++sends;
			predictions.typed(keysOf(bytes), send, performance.now());
			probe(now => {
				predictions.taken(send, now);
				compare();
			});
			compare();
		},
		resized(next) {
			size = next;
			predictions.forget();
			show();
			screen?.resize(next);
		},
		close() {
			if (isClosed) return;
			predictions.forget();
			show();
			isClosed = true;
			clearTimeout(timer);
			screen?.close();
			early = undefined;
		},
	};
};

import {FleetError} from '../errors.ts';

export type SilenceWatch = {
	/** Aborts with `connection-lost` after so much silence. */
	readonly signal: AbortSignal;
	/** Begins to count; silence before is somebody else's deadline. */
	start(): void;
	heard(): void;
	end(): void;
};

/** After the laptop slept, bytes may wait that nobody read yet: this long they are given. */
const graceMs = 2000;

/** A deadline that moves on with every byte. */
export const watchSilence = (limitMs: number): SilenceWatch => {
	const controller = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	let heardAt = 0;

	const check = (dueAt: number) => {
		const now = performance.now();
		const leftMs = heardAt + limitMs - now;
		// A timer this late means that this process stood still, not that the host was silent.
		if (leftMs > 0) arm(leftMs);
		else if (now - dueAt > graceMs) arm(graceMs);
		else {
			const seconds = Math.round(limitMs / 1000);
			controller.abort(
				new FleetError('connection-lost', `nothing was heard from the host for ${seconds} s`),
			);
		}
	};

	const arm = (delayMs: number) => {
		const dueAt = performance.now() + delayMs;
		timer = setTimeout(() => check(dueAt), delayMs);
	};

	return {
		signal: controller.signal,
		start() {
			heardAt = performance.now();
			arm(limitMs);
		},
		heard() {
			heardAt = performance.now();
		},
		end() {
			clearTimeout(timer);
		},
	};
};

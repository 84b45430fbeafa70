import {duration} from '../present/duration.ts';

const firstWaitMs = 250;
const longestWaitMs = 30_000;

/** Waits ¼, 1, 2, 4 … 30 s, each a little different so that many consoles do not come at once; a key ends it. */
export const waitToRetry = async (
	attempt: number,
	{
		over,
		say,
		onWakeable,
	}: {
		over: AbortSignal;
		say(text: string): void;
		onWakeable(wake: (() => void) | undefined): void;
	},
): Promise<void> => {
	const wait = attempt === 1 ? firstWaitMs : Math.min(longestWaitMs, 1000 * 2 ** (attempt - 2));
	const until = Date.now() + wait * (0.75 + Math.random() / 2);
	const woken = Promise.withResolvers<void>();
	const tell = () => {
		const rest = until - Date.now();
		if (rest <= 0) woken.resolve();
		else say(`link lost: reconnecting in ${duration(Math.max(1000, rest))} (${attempt})`);
	};

	tell();
	const clock = setInterval(tell, 250);
	const wake = () => woken.resolve();
	over.addEventListener('abort', wake, {once: true});
	if (over.aborted) wake();
	onWakeable(wake);
	try {
		await woken.promise;
	} finally {
		clearInterval(clock);
		over.removeEventListener('abort', wake);
		onWakeable(undefined);
	}
};

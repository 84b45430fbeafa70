import type {ClientResponse} from './client.ts';

export type HostClock = {
	/** Sets it by an answer of the host, whose `Date` is in whole seconds. */
	read(answer: Pick<ClientResponse, 'headers'>): void;
	/** Milliseconds since the epoch, as the host counts them: for the age of what it dates. */
	now(): number;
};

/** What a second's part and the way explain is no difference of two clocks. */
const nearMs = 3000;

export const hostClock = (): HostClock => {
	let aheadMs = 0;
	return {
		read({headers}) {
			const difference = Date.parse(String(headers['date'])) - Date.now();
			if (Number.isFinite(difference)) aheadMs = Math.abs(difference) < nearMs ? 0 : difference;
		},
		now: () => Date.now() + aheadMs,
	};
};

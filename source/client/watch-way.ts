import os from 'node:os';

const lookMs = 1000;
/** Looks this much further apart mean that the laptop slept, or that this process was stopped. */
const gapMs = 5000;

/**
 * Calls `onChange` when the laptop moved to another network or woke: what is waited for may be
 * there already. For as long as a link is down, as it takes a while to list the interfaces. Returns
 * what ends it.
 */
export const watchWay = (onChange: () => void): (() => void) => {
	let network = networkOf();
	let seenAt = Date.now();
	const timer = setInterval(() => {
		const hasSlept = Date.now() - seenAt > lookMs + gapMs;
		seenAt = Date.now();
		const before = network;
		network = networkOf();
		if (hasSlept || network !== before) onChange();
	}, lookMs);
	return () => clearInterval(timer);
};

/** What the laptop is joined to; another value means that it moved. */
export const networkOf = (interfaces = os.networkInterfaces()): string =>
	Object.entries(interfaces)
		.flatMap(([name, addresses]) => (addresses ?? []).map(({address}) => `${name} ${address}`))
		.sort()
		.join('\n');

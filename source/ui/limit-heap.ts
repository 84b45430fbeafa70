import v8 from 'node:v8';

const enoughBytes = 6 * 1024 * 1024;
const lookMs = 100;

/**
 * Keeps V8's heap small. Each frame is garbage at once, and left alone V8 takes 128 MB of nursery
 * for it on a busy fleet; a sixth of that costs hardly more work. The nursery's size can only be
 * limited at start, its growth can be stopped at any time. What outlives the nursery may double
 * before it is looked through; left alone it grows fourfold. Returns what ends the watch.
 */
export const limitHeap = (): (() => void) => {
	v8.setFlagsFromString('--heap-growing-percent=100');
	const timer = setInterval(() => {
		const nursery = v8.getHeapSpaceStatistics().find(space => space.space_name === 'new_space');
		if (nursery && nursery.space_size < enoughBytes) return;
		v8.setFlagsFromString('--semi-space-growth-factor=1');
		clearInterval(timer);
	}, lookMs);
	timer.unref();
	return () => clearInterval(timer);
};

import v8 from 'node:v8';
import {keepCode} from '../kept-code.ts';

const enoughBytes = 10 * 1024 * 1024;
const lookMs = 100;

/**
 * Keeps V8's heap small; to be called with each frame. A frame is garbage at once, and left alone V8
 * takes 128 MB of nursery for it on a busy fleet; a sixth of that costs hardly more work. The
 * nursery's size can only be limited at start, its growth can be stopped at any time. What outlives
 * the nursery may double before it is looked through; left alone it grows fourfold. A start with a
 * small fleet does not come that far: with these flags V8 takes no code from Node's own cache any more.
 */
export const createHeapLimit = (): (() => void) => {
	let isHeld = false;
	let dueAt = 0;
	return () => {
		if (isHeld || performance.now() < dueAt) return;
		dueAt = performance.now() + lookMs;
		const nursery = v8.getHeapSpaceStatistics().find(space => space.space_name === 'new_space');
		if (nursery && nursery.space_size < enoughBytes) return;
		isHeld = true;
		keepCode();
		v8.setFlagsFromString('--semi-space-growth-factor=1');
		v8.setFlagsFromString('--heap-growing-percent=100');
	};
};

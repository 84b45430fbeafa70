import process from 'node:process';
import {setFlagsFromString} from 'node:v8';

const largeBytes = 160e6;
let isLarge = false;

/**
 * Pages of a large tree live for a moment, just long enough for V8 to let its heaps grow: the space
 * for new objects up to 128 MB a thread, the other to four times of what is in use. From here on the
 * first stays as it is (4 MB in new threads), and the second grows to three times its use.
 */
export const keepHeapsSmall = (): void => {
	setFlagsFromString('--min-semi-space-size=4');
	setFlagsFromString('--semi-space-growth-factor=1');
	setFlagsFromString(`--heap-growing-percent=${isLarge ? 100 : 200}`);
};

/**
 * To be called now and then: a process that became large lets its heaps grow to twice their use only.
 * That costs a tenth of the time of a first sync, and brings half a million files from 690 MB to 260.
 */
export const tightenHeaps = (): void => {
	if (isLarge || process.memoryUsage.rss() < largeBytes) return;
	isLarge = true;
	keepHeapsSmall();
};

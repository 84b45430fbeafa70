import process from 'node:process';
import {setFlagsFromString} from 'node:v8';
import {keepCode} from '../kept-code.ts';

/** From this size on heaps grow by so many percent of what is in use; V8's own is 300 and more. */
const growths = [
	{bytes: 220e6, percent: 60},
	{bytes: 160e6, percent: 100},
	{bytes: 100e6, percent: 200},
];
let percent: number | undefined;

/** A thread that boots from here on begins with 4 MB for new objects. */
export const startHeapsSmall = (): void => setFlagsFromString('--min-semi-space-size=4');

/**
 * To be called now and then. Pages of a large tree live for a moment, just long enough for V8 to let
 * its heaps grow: the space for new objects up to 128 MB a thread, the other to four times of what is
 * in use. Held small that costs a tenth of the time of a first sync, and brings half a million files
 * from 690 MB to 260: so only a process that became large is held, and the larger the tighter.
 *
 * A process that is small is left alone for another reason, too: with these flags V8 takes no code
 * from Node's own cache any more, and a thread that boots then takes 70 ms instead of 35.
 */
export const tightenHeaps = (): void => {
	if (percent === growths[0]!.percent) return;
	const resident = process.memoryUsage.rss();
	const next = growths.find(({bytes}) => resident >= bytes)?.percent;
	if (next === undefined || next === percent) return;
	percent = next;
	keepCode();
	setFlagsFromString('--semi-space-growth-factor=1');
	setFlagsFromString(`--heap-growing-percent=${percent}`);
};

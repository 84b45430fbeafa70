import {setFlagsFromString} from 'node:v8';
import {keepCode} from './kept-code.ts';

/** What V8 is told while somebody types, and what it goes by else, which is its own. */
const flags = [
	/**
	 * V8 tidies up its heap eight seconds after any bit of work, in steps of up to ten milliseconds, and a key that
	 * comes meanwhile waits. What memory needs is collected all the same.
	 */
	{name: '--memory-reducer-gc-count', typing: 0, usual: 2},
	/**
	 * A key goes the same way each time, with caches gone cold: compiled well it touches less memory. V8 would
	 * see that it is worth it after four hundred keys.
	 */
	{name: '--invocation-count-for-maglev', typing: 40, usual: 400},
	{name: '--minimum-invocations-after-ic-update', typing: 20, usual: 500},
];
let typists = 0;

const set = (use: 'typing' | 'usual') => {
	for (const {name, [use]: value} of flags) setFlagsFromString(`${name}=${value}`);
};

/** Has V8 do for each key what it can, for as long as a terminal is attached. Returns what ends it. */
export const whileTyping = (): (() => void) => {
	if (++typists === 1) {
		keepCode();
		set('typing');
	}

	let isOver = false;
	return () => {
		if (isOver) return;
		isOver = true;
		if (--typists === 0) set('usual');
	};
};

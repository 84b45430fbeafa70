import {constants, deflateRawSync, inflateRawSync} from 'node:zlib';
import {FleetError} from '../../errors.ts';
import type {Content, Pack} from './endpoint.ts';

const sampleBytes = 64 * 1024;
const smallBytes = 1024;
// A batch has a quarter of it.
const mostBytes = 16 * 1024 * 1024;
/** What is squeezed to more than this part was squeezed before: pictures, archives. */
const worthwhile = 0.9;
const fast = {level: constants.Z_BEST_SPEED};

/** Contents as one piece, squeezed where that pays: most of a source tree becomes a quarter. */
export const packContents = (contents: readonly Content[]): Pack => {
	const items = contents.map(({path, signature, bytes}) => ({
		path,
		signature,
		size: bytes.length,
	}));
	const plain = Buffer.concat(contents.map(({bytes}) => bytes));
	if (plain.length < smallBytes) return {items, coding: 'plain', bytes: plain};
	const sample = plain.subarray(0, sampleBytes);
	if (deflateRawSync(sample, fast).length > sample.length * worthwhile) {
		return {items, coding: 'plain', bytes: plain};
	}

	return {items, coding: 'deflate', bytes: deflateRawSync(plain, fast)};
};

/** The contents again. Throws `bad-response` for what is no such piece, and writes no more than it says. */
export const unpackContents = ({items, coding, bytes}: Pack): Content[] => {
	const total = items.reduce((sum, {size}) => sum + size, 0);
	if (total > mostBytes) throw malformed();
	const plain = coding === 'plain' ? bytes : inflate(bytes, total);
	if (plain.length !== total) throw malformed();
	let at = 0;
	return items.map(({path, signature, size}) => ({
		path,
		signature,
		bytes: plain.subarray(at, (at += size)),
	}));
};

const inflate = (bytes: Uint8Array, total: number): Uint8Array => {
	try {
		return inflateRawSync(bytes, {maxOutputLength: Math.max(1, total)});
	} catch (error) {
		throw malformed(error);
	}
};

const malformed = (cause?: unknown): FleetError =>
	new FleetError('bad-response', 'packed contents are malformed', {cause});

import zlib from 'node:zlib';
import {FleetError} from '../../errors.ts';
import type {StepFile} from '../plan/fill.ts';
import type {Content, Pack} from './endpoint.ts';

/** How a piece may be squeezed. Deflate every side reads; zstd takes half of its time, and Node has it since 22.15. */
export type Coding = Pack['coding'];

const sampleBytes = 64 * 1024;
const smallBytes = 1024;
/** The most that a piece holds; a batch has a quarter of it. */
export const mostPackBytes = 16 * 1024 * 1024;
/** What is squeezed to more than this part was squeezed before: pictures, archives. */
const worthwhile = 0.9;
// Each call of the library writes so much at most: its own default makes hundreds of a piece.
const chunkSize = 1024 * 1024;
const deflateOptions = {level: zlib.constants.Z_BEST_SPEED, chunkSize};
const zstdOptions = {
	chunkSize,
	params: {[zlib.constants.ZSTD_c_compressionLevel]: 1},
};

/** What this side can read. */
export const ownCodings: readonly Coding[] =
	typeof zlib.zstdDecompressSync === 'function'
		? ['plain', 'deflate', 'zstd']
		: ['plain', 'deflate'];

/** Contents as one piece, squeezed where that pays: most of a source tree becomes a quarter. `plain` is copied. */
export const packBytes = (
	plain: Uint8Array,
	codings: readonly Coding[] = ['deflate'],
): Omit<Pack, 'of'> => {
	const asIs = () => ({coding: 'plain' as const, bytes: Uint8Array.from(plain)});
	if (plain.length < smallBytes) return asIs();
	const coding = codings.includes('zstd') && ownCodings.includes('zstd') ? 'zstd' : 'deflate';
	const squeeze = (bytes: Uint8Array): Uint8Array =>
		coding === 'zstd'
			? zlib.zstdCompressSync(bytes, zstdOptions)
			: zlib.deflateRawSync(bytes, deflateOptions);
	const sample = plain.subarray(0, sampleBytes);
	if (squeeze(sample).length > sample.length * worthwhile) return asIs();
	return {coding, bytes: squeeze(plain)};
};

/** The contents again. Throws `bad-response` for what is no such piece, and writes no more than it says. */
export const unpackContents = (
	files: readonly StepFile[],
	{of, coding, bytes}: Pack,
): Content[] => {
	const items = of.map(number => files[number] ?? fail());
	const total = items.reduce((sum, {size}) => sum + size, 0);
	if (total > mostPackBytes) throw malformed();
	const plain = coding === 'plain' ? bytes : expand(coding, bytes, total);
	if (plain.length !== total) throw malformed();
	let at = 0;
	return items.map(({path, signature, size}) => ({
		path,
		signature,
		bytes: plain.subarray(at, (at += size)),
	}));
};

const expand = (coding: Exclude<Coding, 'plain'>, bytes: Uint8Array, total: number): Uint8Array => {
	// In one piece where it is as long as it says.
	const options = {maxOutputLength: Math.max(1, total), chunkSize: Math.max(64, total + 1)};
	try {
		return coding === 'zstd'
			? zlib.zstdDecompressSync(bytes, options)
			: zlib.inflateRawSync(bytes, options);
	} catch (error) {
		throw malformed(error);
	}
};

const fail = (): never => {
	throw malformed();
};

const malformed = (cause?: unknown): FleetError =>
	new FleetError('bad-response', 'packed contents are malformed', {cause});

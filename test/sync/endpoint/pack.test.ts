import {randomBytes} from 'node:crypto';
import {expect, test} from 'vitest';
import {packBytes, unpackContents, type Coding} from '../../../source/sync/endpoint/pack.ts';

const contents = (...bytes: Buffer[]) =>
	bytes.map((each, index) => ({path: `f${index}`, signature: `fx${index}`, bytes: each}));
const filesOf = (of: ReturnType<typeof contents>) =>
	of.map(({path, signature, bytes}) => ({path, signature, size: bytes.length}));
const packContents = (of: ReturnType<typeof contents>, codings?: readonly Coding[]) => ({
	of: [...of.keys()],
	...packBytes(Buffer.concat(of.map(({bytes}) => bytes)), codings),
});
const text = Buffer.from('const answer = 42;\n'.repeat(500));

const plain = (of: ReturnType<typeof unpackContents>) =>
	of.map(content => ({...content, bytes: Buffer.from(content.bytes)}));

test.each([
	['deflate', undefined],
	['deflate', ['plain', 'deflate'] as const],
	['zstd', ['plain', 'deflate', 'zstd'] as const],
])(
	'text travels as %s where the other side reads %s, and comes out as it was',
	(coding, codings) => {
		const packed = packContents(contents(text, Buffer.alloc(0), text), codings);
		expect(packed.coding).toBe(coding);
		expect(packed.bytes.length).toBeLessThan(text.length / 4);
		const sent = contents(text, Buffer.alloc(0), text);
		expect(plain(unpackContents(filesOf(sent), packed))).toEqual(sent);
	},
);

test('what was squeezed before is left as it is', () => {
	const noise = randomBytes(100_000);
	const packed = packContents(contents(noise));
	expect(packed.coding).toBe('plain');
	expect(plain(unpackContents(filesOf(contents(noise)), packed))).toEqual(contents(noise));
});

test('nothing at all', () => {
	expect(unpackContents([], packContents([]))).toEqual([]);
});

const wrongSizes = [
	['more than it says', (size: number) => size - 1],
	['less than it says', (size: number) => size + 1],
	['a billion bytes', () => 1e9],
] as const;
const codings = [['deflate'], ['zstd']] as const;
test.each(
	wrongSizes.flatMap(([what, change]) =>
		codings.map(([coding]) => [coding, what, change] as const),
	),
)('a piece of %s that holds %s is refused', (coding, _, change) => {
	const packed = packContents(contents(text), [coding]);
	const files = filesOf(contents(text)).map(file => ({...file, size: change(file.size)}));
	expect(() => unpackContents(files, packed)).toThrow('malformed');
});

test('a piece that holds a file of which nothing is known is refused', () => {
	const packed = {...packContents(contents(text)), of: [1]};
	expect(() => unpackContents(filesOf(contents(text)), packed)).toThrow('malformed');
});

import {randomBytes} from 'node:crypto';
import {expect, test} from 'vitest';
import {packContents, unpackContents} from '../../../source/sync/endpoint/pack.ts';

const contents = (...bytes: Buffer[]) =>
	bytes.map((each, index) => ({path: `f${index}`, signature: `fx${index}`, bytes: each}));
const text = Buffer.from('const answer = 42;\n'.repeat(500));

const plain = (of: ReturnType<typeof unpackContents>) =>
	of.map(content => ({...content, bytes: Buffer.from(content.bytes)}));

test('text travels squeezed, and comes out as it was', () => {
	const packed = packContents(contents(text, Buffer.alloc(0), text));
	expect(packed.coding).toBe('deflate');
	expect(packed.bytes.length).toBeLessThan(text.length / 4);
	expect(plain(unpackContents(packed))).toEqual(contents(text, Buffer.alloc(0), text));
});

test('what was squeezed before is left as it is', () => {
	const noise = randomBytes(100_000);
	const packed = packContents(contents(noise));
	expect(packed.coding).toBe('plain');
	expect(plain(unpackContents(packed))).toEqual(contents(noise));
});

test('nothing at all', () => {
	expect(unpackContents(packContents([]))).toEqual([]);
});

test.each([
	['more than it says', (size: number) => size - 1],
	['less than it says', (size: number) => size + 1],
	['a billion bytes', () => 1e9],
])('a piece that holds %s is refused', (_, change) => {
	const packed = packContents(contents(text));
	packed.items[0]!.size = change(packed.items[0]!.size);
	expect(() => unpackContents(packed)).toThrow('malformed');
});

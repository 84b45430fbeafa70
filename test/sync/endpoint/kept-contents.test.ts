import {expect, test} from 'vitest';
import {fileSignature} from '../../../source/sync/entry.ts';
import {createKeptContents} from '../../../source/sync/endpoint/kept-contents.ts';
import {hashOf} from '../../../source/sync/endpoint/read-stable.ts';

const contentOf = (text: string) => {
	const bytes = Buffer.from(text);
	return {bytes, signature: fileSignature(hashOf(bytes), false), size: bytes.length};
};

const take = (kept: ReturnType<typeof createKeptContents>, path: string, text: string) => {
	const {signature, size} = contentOf(text);
	const room = Buffer.alloc(size);
	return kept.take({path, signature, size}, room, 0) ? room.toString() : undefined;
};

test('gives each content once, and none of another signature', () => {
	const kept = createKeptContents();
	const {bytes, signature} = contentOf('one');
	kept.keep('a', signature, bytes);
	bytes.fill(0);
	expect(take(kept, 'a', 'two')).toBe(undefined);
	expect(take(kept, 'b', 'one')).toBe(undefined);
	expect(take(kept, 'a', 'one')).toBe('one');
	expect(take(kept, 'a', 'one')).toBe(undefined);
});

test('keeps the last of two contents of a path', () => {
	const kept = createKeptContents();
	for (const text of ['old', 'new']) kept.keep('a', contentOf(text).signature, Buffer.from(text));
	expect(take(kept, 'a', 'old')).toBe(undefined);
	expect(take(kept, 'a', 'new')).toBe('new');
});

test('keeps no more than it has room for, and again what was taken', () => {
	const kept = createKeptContents();
	const text = (index: number) => `${index} `.padEnd(260_000, 'x');
	const keep = (index: number) =>
		kept.keep(`f${index}`, contentOf(text(index)).signature, Buffer.from(text(index)));
	const count = 150;
	for (let index = 0; index < count; index++) keep(index);
	const all = Array.from({length: count}, (_, index) => index);
	const isKept = (index: number) => take(kept, `f${index}`, text(index)) === text(index);
	const first = all.filter(isKept);
	expect(first.length).toBeGreaterThan(100);
	expect(first).toEqual(all.slice(0, first.length));

	for (let index = 0; index < count; index++) keep(index);
	expect(all.filter(isKept)).toEqual(first);
	kept.clear();
	keep(1);
	keep(2);
	expect(isKept(2)).toBe(true);
	expect(isKept(1)).toBe(true);
});

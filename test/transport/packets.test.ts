import type {createDecipheriv} from 'node:crypto';
import {createCipheriv, randomBytes} from 'node:crypto';
import {Writable} from 'node:stream';
import {setImmediate as turn} from 'node:timers/promises';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {gatherWrites} from '../../source/transport/ssh/gather-writes.ts';
import * as ready from '../../source/transport/ssh/ready-crypto.ts';

const name = 'aes-128-gcm';
const additional = Buffer.from('len!');

/** As ssh2 counts: in place, in the last eight bytes. */
const countUp = (iv: Buffer) => iv.writeBigUInt64BE(iv.readBigUInt64BE(4) + 1n, 4);

const seal = (make: typeof createCipheriv, key: Buffer, iv: Buffer, text: Buffer): Buffer => {
	const cipher = make(name, key, iv);
	cipher.setAAD(additional);
	return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
};

const open = (make: typeof createDecipheriv, key: Buffer, iv: Buffer, sealed: Buffer): Buffer => {
	const decipher = make(name, key, iv);
	decipher.setAAD(additional);
	decipher.setAuthTag(sealed.subarray(-16));
	return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
};

describe('ciphers made ahead', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('seal and open as those of node:crypto, whether packets come one by one or many at once', () => {
		const keys = [randomBytes(16), randomBytes(16)].map(key => ({key, iv: randomBytes(12)}));
		for (let packet = 0; packet < 200; packet++) {
			for (const {key, iv} of keys) {
				const text = randomBytes(1 + (packet % 40));
				const sealed = seal(ready.createCipheriv as typeof createCipheriv, key, iv, text);
				expect(sealed).toEqual(seal(createCipheriv, key, iv, text));
				expect(open(ready.createDecipheriv as typeof createDecipheriv, key, iv, sealed)).toEqual(
					text,
				);
				// It may be made before ssh2 has counted: the rest of a packet is awaited then.
				if (packet % 7 === 0) vi.advanceTimersByTime(10);
				countUp(iv);
			}

			if (packet % 3 === 0) vi.advanceTimersByTime(10);
		}
	});

	it('never serve a counter other than the one that is asked for', () => {
		const key = randomBytes(16);
		const iv = randomBytes(12);
		const text = randomBytes(20);
		seal(ready.createCipheriv as typeof createCipheriv, key, iv, text);
		vi.advanceTimersByTime(10);
		const other = randomBytes(12);
		expect(seal(ready.createCipheriv as typeof createCipheriv, key, other, text)).toEqual(
			seal(createCipheriv, key, other, text),
		);
	});

	it('pad with bytes that are used once', () => {
		const seen = new Set<string>();
		for (let packet = 0; packet < 2000; packet++) {
			const target = Buffer.alloc(32);
			ready.randomFillSync(target, 8, 16);
			expect(target.subarray(0, 8)).toEqual(Buffer.alloc(8));
			expect(target.subarray(24)).toEqual(Buffer.alloc(8));
			seen.add(target.toString('hex'));
		}

		expect(seen.size).toBe(2000);
	});
});

describe('gathered writes', () => {
	const collector = () => {
		const pieces: string[] = [];
		const stream = new Writable({
			write(chunk: Buffer, _encoding, done) {
				pieces.push(chunk.toString());
				done();
			},
			writev(chunks, done) {
				pieces.push(Buffer.concat(chunks.map(({chunk}) => chunk as Buffer)).toString());
				done();
			},
		});
		gatherWrites(stream as never);
		return {stream, pieces};
	};

	it('leave in one piece per turn, in order', async () => {
		const {stream, pieces} = collector();
		for (const part of ['length', 'body', 'mac']) stream.write(part);
		expect(pieces).toEqual([]);
		await turn();
		for (const part of ['a', 'b']) stream.write(part);
		await turn();
		expect(pieces).toEqual(['lengthbodymac', 'ab']);
	});

	it('lose nothing to an end in the same turn, and call back', async () => {
		const {stream, pieces} = collector();
		const written = Promise.withResolvers<void>();
		stream.write('last', () => written.resolve());
		stream.end();
		await written.promise;
		expect(pieces).toEqual(['last']);
	});
});

import {
	createCipheriv as createCipher,
	createDecipheriv as createDecipher,
	randomFillSync as fillRandomly,
	type CipherGCM,
	type DecipherGCM,
} from 'node:crypto';

export {createHmac, timingSafeEqual} from 'node:crypto';

/*
 * What ssh2's packets need of `node:crypto`, made before it is asked for. For AES-GCM ssh2 makes a cipher per
 * packet; beside a key press, with cold caches, that takes 50 µs, twice for each echo. The next
 * packet's counter is known, so its cipher is made when there is nothing else to do.
 */

type Make<T> = (name: string, key: Buffer, iv: Buffer) => T;

const ahead = <T>(make: Make<T>): Make<T> => {
	/** By key: each direction of a connection has its own, and a new one after a rekey. */
	const next = new WeakMap<Buffer, {iv: Buffer; made: T} | 'to be made'>();
	return (name, key, iv) => {
		if (!name.endsWith('-gcm')) return make(name, key, iv);
		const ready = next.get(key);
		// One is made per turn, however many packets go by: a flood costs no more than without.
		if (ready !== 'to be made') {
			next.set(key, 'to be made');
			setImmediate(() => {
				// ssh2 has counted up in place since, unless it waits for the rest of a packet.
				const copy = Buffer.from(iv);
				next.set(key, {iv: copy, made: make(name, key, copy)});
			});
			if (ready?.iv.equals(iv)) return ready.made;
		}

		return make(name, key, iv);
	};
};

export const createCipheriv = ahead<CipherGCM>((name, key, iv) =>
	createCipher(name as 'aes-128-gcm', key, iv),
);
export const createDecipheriv = ahead<DecipherGCM>((name, key, iv) =>
	createDecipher(name as 'aes-128-gcm', key, iv),
);

const pool = Buffer.alloc(4096);
let used = pool.length;

/** Padding, of which a packet needs a few bytes: taken from a supply that is used once. */
export const randomFillSync = (target: Buffer, offset: number, length: number): Buffer => {
	if (length > pool.length) return fillRandomly(target, offset, length);
	if (used + length > pool.length) {
		fillRandomly(pool);
		used = 0;
	}

	pool.copy(target, offset, used, used + length);
	used += length;
	return target;
};

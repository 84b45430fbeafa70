import {
	createCipheriv as createCipher,
	createDecipheriv as createDecipher,
	createHmac as createMac,
	createSecretKey,
	randomFillSync as fillRandomly,
	type CipherGCMTypes,
	type Hmac,
	type KeyObject,
} from 'node:crypto';

export {timingSafeEqual} from 'node:crypto';

/*
 * What ssh2's packets need of `node:crypto`, made before it is asked for; the bundle gives it to ssh2 in its
 * place. ssh2 makes a cipher or a MAC per packet from a key that is a buffer: finding out that it is
 * no other kind of key costs Node more than the rest.
 */

type Make<T> = (name: string, key: KeyObject, iv: Buffer) => T;

/** By then what this packet has set in motion on a host that is near is over: it would wait for us. */
const idleMs = 2;

const keyObjects = new WeakMap<Buffer, KeyObject>();

const keyObject = (key: Buffer): KeyObject => {
	let object = keyObjects.get(key);
	if (!object) keyObjects.set(key, (object = createSecretKey(key)));
	return object;
};

/**
 * Beside a key press, with cold caches, a new AES-GCM cipher takes 50 µs, twice for each echo. The
 * next packet's counter is known, so its cipher is made when there is nothing else to do.
 */
const ahead = <T>(make: Make<T>) => {
	/** By key: each direction of a connection has its own, and a new one after a rekey. */
	const next = new WeakMap<Buffer, {iv: Buffer; made: T} | 'to be made'>();
	return (name: string, buffer: Buffer, iv: Buffer): T => {
		const key = keyObject(buffer);
		if (!name.endsWith('-gcm')) return make(name, key, iv);
		const ready = next.get(buffer);
		// One is made at a time, however many packets go by: a flood costs no more than without.
		if (ready !== 'to be made') {
			next.set(buffer, 'to be made');
			setTimeout(() => {
				// ssh2 has counted up in place since, unless it waits for the rest of a packet.
				const copy = Buffer.from(iv);
				next.set(buffer, {iv: copy, made: make(name, key, copy)});
			}, idleMs).unref();
			if (ready?.iv.equals(iv)) return ready.made;
		}

		return make(name, key, iv);
	};
};

export const createCipheriv = ahead((name, key, iv) =>
	createCipher(name as CipherGCMTypes, key, iv),
);
export const createDecipheriv = ahead((name, key, iv) =>
	createDecipher(name as CipherGCMTypes, key, iv),
);

export const createHmac = (name: string, key: Buffer): Hmac => createMac(name, keyObject(key));

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

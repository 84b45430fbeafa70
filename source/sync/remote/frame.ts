import {FleetError} from '../../errors.ts';

/**
 * A sync call's body and answer: four bytes of length (big endian), that much JSON, then the
 * attachments one after another; the JSON's `parts` are their lengths.
 */
export const encodeFrame = (value: object, parts: readonly Uint8Array[] = []): Buffer => {
	const header = Buffer.from(JSON.stringify({...value, parts: parts.map(({length}) => length)}));
	const length = Buffer.alloc(4);
	length.writeUInt32BE(header.length);
	return Buffer.concat([length, header, ...parts]);
};

/** Throws `bad-response` for what is no frame. The parts are views of `bytes`. */
export const decodeFrame = (bytes: Buffer): {value: unknown; parts: Buffer[]} => {
	try {
		const length = bytes.readUInt32BE(0);
		const value = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as {parts: number[]};
		let at = 4 + length;
		const parts = value.parts.map(size => {
			if (!Number.isSafeInteger(size) || size < 0) throw new Error('a part of no length');
			return bytes.subarray(at, (at += size));
		});
		if (at !== bytes.length) throw new Error('the parts do not fill the frame');
		return {value, parts};
	} catch (error) {
		throw new FleetError('bad-response', 'a sync message is malformed', {cause: error});
	}
};

import zlib from 'node:zlib';
import {expect, test} from 'vitest';
import * as late from '../../source/transport/ssh/late-zlib.ts';

test('what ssh2 is given of zlib is zlib’s own', () => {
	const {createInflate, constants} = late;
	expect(zlib.constants).toMatchObject(constants);
	const {constructor: Handle} = createInflate()._handle;
	const {_handle: own} = zlib.createInflate() as unknown as {_handle: object};
	expect(new (Handle as unknown as new (mode: number) => object)(constants.INFLATE)).toBeInstanceOf(
		own.constructor,
	);
});

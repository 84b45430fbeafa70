/*
 * What ssh2 needs of `node:zlib` at its start, without loading it: the bundle gives ssh2 this in its place,
 * so that only a login with compression pays for it.
 */

/** Of zlib.h and Node's documentation: they never change. */
export const constants = {
	DEFLATE: 1,
	INFLATE: 2,
	Z_DEFAULT_CHUNK: 16_384,
	Z_DEFAULT_COMPRESSION: -1,
	Z_DEFAULT_MEMLEVEL: 8,
	Z_DEFAULT_STRATEGY: 0,
	Z_DEFAULT_WINDOWBITS: 15,
	Z_PARTIAL_FLUSH: 1,
};

type Handle = {constructor: new (mode: number) => unknown};

/** ssh2 makes its handles of the class of this one. */
function LateHandle(mode: number): unknown {
	const zlib = process.getBuiltinModule('node:zlib');
	const {_handle} = zlib.createInflate() as unknown as {_handle: Handle};
	return new _handle.constructor(mode);
}

export const createInflate = (): {_handle: {constructor: typeof LateHandle}} => ({
	_handle: {constructor: LateHandle},
});

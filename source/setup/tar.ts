/** A regular file of an archive; `path` is relative, with `/` between its parts. */
export type TarFile = {path: string; data: Buffer; isExecutable: boolean};

const block = 512;

/**
 * The files as a ustar archive (POSIX.1-1988), in order, with neither times nor owners, so that the
 * same files are always the same bytes. Throws for a path that ustar cannot hold.
 */
export const tar = (files: readonly TarFile[]): Buffer => {
	const parts: Buffer[] = [];
	for (const {path, data, isExecutable} of files) {
		parts.push(header(path, data.length, isExecutable ? 0o755 : 0o644), data);
		parts.push(Buffer.alloc((block - (data.length % block)) % block));
	}

	parts.push(Buffer.alloc(2 * block));
	return Buffer.concat(parts);
};

const header = (path: string, size: number, mode: number): Buffer => {
	const {name, prefix} = split(path);
	const field = Buffer.alloc(block);
	field.write(name, 0, 100, 'utf8');
	octal(field, mode, 100, 8);
	octal(field, 0, 108, 8);
	octal(field, 0, 116, 8);
	octal(field, size, 124, 12);
	octal(field, 0, 136, 12);
	field.write('        ', 148, 'latin1');
	field.write('0', 156, 'latin1');
	field.write('ustar\0' + '00', 257, 'latin1');
	field.write(prefix, 345, 155, 'utf8');
	const sum = field.reduce((total, byte) => total + byte, 0);
	field.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
	return field;
};

const octal = (field: Buffer, value: number, at: number, length: number): void => {
	field.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
};

/** A long path is cut at a slash: 155 bytes before it, 100 behind. */
const split = (path: string): {name: string; prefix: string} => {
	if (Buffer.byteLength(path) <= 100) return {name: path, prefix: ''};
	for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
		const name = path.slice(at + 1);
		const prefix = path.slice(0, at);
		if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return {name, prefix};
	}

	throw new Error(`${path} is too long for an archive`);
};

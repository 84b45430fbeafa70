// EINVAL is a path that no socket can have; ECONNRESET a daemon that is being killed: the kernel
// still took the connection, and nobody was left to answer on it.
const codes = new Set([
	'ENOENT',
	'ECONNREFUSED',
	'ECONNRESET',
	'ENOTDIR',
	'EINVAL',
	'ENAMETOOLONG',
]);

/** Whether connecting to a socket failed because no daemon listens there. */
export const isNobody = ({code}: NodeJS.ErrnoException): boolean => codes.has(code ?? '');

// EINVAL is a path that no socket can have.
const codes = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'EINVAL', 'ENAMETOOLONG']);

/** Whether connecting to a socket failed because no daemon listens there. */
export const isNobody = ({code}: NodeJS.ErrnoException): boolean => codes.has(code ?? '');

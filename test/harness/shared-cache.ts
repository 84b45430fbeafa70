import path from 'node:path';

/** One cache for the many homes of the tests: what each would compile anew is kept for all. */
export const sharedCache = {
	XDG_CACHE_HOME: path.join(import.meta.dirname, '../../node_modules/.cache'),
};

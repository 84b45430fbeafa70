import {FleetError, toFleetError} from '../../errors.ts';

/** One thing that was looked at. */
export type Check = {
	name: string;
	/** `warn` works, but not as well as it could; `fail` must be mended. */
	status: 'ok' | 'warn' | 'fail';
	found: string;
	/** How to mend it, one sentence. */
	mend: string | null;
	/** The code word of what went wrong, where there is one. */
	code: string | null;
};

export const ok = (name: string, found: string): Check => ({
	name,
	status: 'ok',
	found,
	mend: null,
	code: null,
});

export const warn = (name: string, found: string, mend: string): Check => ({
	name,
	status: 'warn',
	found,
	mend,
	code: null,
});

export const fail = (name: string, found: string, mend: string | null): Check => ({
	name,
	status: 'fail',
	found,
	mend,
	code: null,
});

export const failure = (name: string, thrown: unknown): Check => {
	const {code, message, hint} = toFleetError(thrown);
	return {name, status: 'fail', found: message, mend: hint ?? null, code};
};

/** Looks, and makes a failure of what was thrown; only an interruption passes. */
export const look = async (
	name: string,
	probe: () => Promise<Check | Check[]>,
): Promise<Check[]> => {
	try {
		const found = await probe();
		return Array.isArray(found) ? found : [found];
	} catch (error) {
		if (error instanceof FleetError && error.code === 'interrupted') throw error;
		return [failure(name, error)];
	}
};

import type {OperationResult} from '../endpoint.ts';

/** What came of an operation, whichever its path. */
export type Outcome = OperationResult extends infer R
	? R extends unknown
		? Omit<R, 'path'>
		: never
	: never;

export const done: Outcome = {status: 'done'};
export const stale: Outcome = {status: 'stale'};
export const refused = (reason: string): Outcome => ({status: 'refused', reason});

/** The step itself, after everything that could be looked at before it was. */
export type Act = () => Outcome;

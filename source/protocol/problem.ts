import {FleetError, isErrorCode, type ErrorCode} from '../errors.ts';
import {plainText} from './text.ts';

/** An RFC 9457 body with the code word of the contract. */
export type Problem = {
	type: 'about:blank';
	title: string;
	status: number;
	detail: string;
	code: ErrorCode;
	hint?: string;
};

export const problemContentType = 'application/problem+json';

export const toProblem = (error: FleetError, status: number): Problem => ({
	type: 'about:blank',
	title: error.code,
	status,
	detail: error.message,
	code: error.code,
	...(error.hint === undefined ? {} : {hint: error.hint}),
});

/** The error that a response stands for; a body that is no problem becomes `bad-response`. */
export const fromProblem = (status: number, body: string): FleetError => {
	try {
		const problem = JSON.parse(body) as Partial<Problem>;
		if (isErrorCode(problem.code)) {
			return new FleetError(problem.code, plainText(String(problem.detail ?? problem.code)), {
				hint: typeof problem.hint === 'string' ? plainText(problem.hint) : undefined,
			});
		}
	} catch {
		// Not JSON: fall through.
	}

	return new FleetError('bad-response', `the host answered ${status}: ${plainText(body, 200)}`);
};

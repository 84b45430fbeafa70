import type {ErrorCode} from '../../errors.ts';

const statuses: Partial<Record<ErrorCode, number>> = {
	usage: 400,
	'config-invalid': 400,
	denied: 403,
	'no-such-agent': 404,
	'no-such-role': 404,
	'no-such-action': 404,
	'no-such-rule': 404,
	conflict: 409,
	'needs-person': 409,
	halted: 409,
	failed: 422,
	'protocol-mismatch': 426,
	'not-supported': 501,
	'connection-timed-out': 504,
	'disk-full': 507,
};

/** The HTTP status that goes with a code word. */
export const statusOf = (code: ErrorCode): number => statuses[code] ?? 500;

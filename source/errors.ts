/**
 * The one error of this program. Each code word is stable (it is what `--json` prints) and
 * belongs to one exit code of the contract.
 */
const exitCodes = {
	failed: 1,
	'not-supported': 1,
	'disk-full': 1,
	'state-dir-unusable': 1,
	'daemon-failed': 1,
	'bad-response': 1,
	conflict: 1,
	usage: 2,
	'config-invalid': 2,
	'config-missing': 2,
	'host-unreachable': 3,
	'connection-refused': 3,
	'connection-timed-out': 3,
	'connection-lost': 3,
	'name-unknown': 3,
	'auth-failed': 3,
	'host-key-unknown': 3,
	'host-key-mismatch': 3,
	'host-key-revoked': 3,
	'proxy-failed': 3,
	'no-such-agent': 4,
	'no-such-role': 4,
	'no-such-remote': 4,
	'no-such-rule': 4,
	'no-such-action': 4,
	'needs-person': 5,
	denied: 5,
	halted: 5,
	'host-missing': 6,
	'protocol-mismatch': 6,
	'wait-timed-out': 124,
	interrupted: 130,
} as const;

export type ErrorCode = keyof typeof exitCodes;

export type ErrorDetails = {
	/** What the person can do about it, one sentence. */
	hint?: string | undefined;
	cause?: unknown;
};

export class FleetError extends Error {
	override readonly name = 'FleetError';
	readonly code: ErrorCode;
	readonly hint: string | undefined;

	constructor(code: ErrorCode, message: string, {hint, cause}: ErrorDetails = {}) {
		super(message, {cause});
		this.code = code;
		this.hint = hint;
	}

	get exitCode(): number {
		return exitCodes[this.code];
	}

	/** The contract's form for `--json` and for problem+json bodies. */
	toJSON(): {code: ErrorCode; message: string; hint?: string} {
		return {
			code: this.code,
			message: this.message,
			...(this.hint === undefined ? {} : {hint: this.hint}),
		};
	}
}

export const isErrorCode = (code: unknown): code is ErrorCode =>
	typeof code === 'string' && Object.hasOwn(exitCodes, code);

/** True where the host was not reached, or is no longer: nothing is said of what was asked of it. */
export const isOfTheLink = ({exitCode}: FleetError): boolean =>
	exitCode === exitCodes['connection-lost'];

/** Whatever was thrown, as the one error type; what is not ours becomes `failed` with its message. */
export const toFleetError = (error: unknown, fallback: ErrorCode = 'failed'): FleetError => {
	if (error instanceof FleetError) return error;
	const message = error instanceof Error ? error.message : String(error);
	return new FleetError(fallback, message, {cause: error});
};

import {FleetError} from '../errors.ts';

const codes: Readonly<Record<string, ConstructorParameters<typeof FleetError>[0]>> = {
	ECONNREFUSED: 'connection-refused',
	ETIMEDOUT: 'connection-timed-out',
	ENOENT: 'host-unreachable',
	EHOSTUNREACH: 'host-unreachable',
	ENETUNREACH: 'host-unreachable',
};

/** Whatever ended a call or a stream, as an error that says so. */
export const callError = (error: unknown, signal?: AbortSignal): FleetError => {
	if (error instanceof FleetError) return error;
	if (signal?.aborted) {
		const {reason} = signal as {reason: unknown};
		if (reason instanceof FleetError) return reason;
		return reason instanceof Error && reason.name === 'TimeoutError'
			? new FleetError('connection-timed-out', 'the host did not answer in time')
			: new FleetError('interrupted', 'interrupted', {cause: reason});
	}

	const {code, message} = error as NodeJS.ErrnoException;
	if (code?.startsWith('HPE_')) {
		return new FleetError('bad-response', 'what answers there does not speak HTTP', {cause: error});
	}

	if (code !== undefined && code in codes) {
		return new FleetError(codes[code]!, `the host cannot be reached: ${message}`, {cause: error});
	}

	return new FleetError('connection-lost', `the connection was lost: ${message}`, {cause: error});
};

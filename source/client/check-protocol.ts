import type {IncomingHttpHeaders} from 'node:http';
import {FleetError} from '../errors.ts';
import {plainText} from '../protocol/text.ts';
import {protocol} from '../protocol/version.ts';

export const protocolHeader = 'fleet-protocol';
export const protocolValue = `${protocol.major}.${protocol.minor}`;

/** Throws `protocol-mismatch` for an answer that is not of this protocol's major. */
export const checkProtocol = (headers: IncomingHttpHeaders): void => {
	const value = headers[protocolHeader];
	const text = Array.isArray(value) ? value[0] : value;
	if (text === undefined) {
		throw new FleetError('protocol-mismatch', 'what answers on the host is no fleet-console', {
			hint: 'See that nothing else uses its socket, then run `console install`.',
		});
	}

	if (Number.parseInt(text, 10) === protocol.major && /^\d+(?:\.\d+)?$/.test(text)) return;
	throw new FleetError(
		'protocol-mismatch',
		`the host speaks protocol ${plainText(text, 20)}, this console ${protocolValue}`,
		{hint: 'Install the same version on both sides: `console install --upgrade`.'},
	);
};

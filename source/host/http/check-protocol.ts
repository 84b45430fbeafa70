import {FleetError} from '../../errors.ts';
import {protocol} from '../../protocol/version.ts';

export const protocolHeader = 'fleet-protocol';
export const ownProtocol = `${protocol.major}.${protocol.minor}`;

/** Throws `protocol-mismatch` for another major. A caller that names none (curl, say) is let in. */
export const checkProtocol = (header: string | string[] | undefined): void => {
	if (header === undefined) return;
	const major = /^(\d{1,6})\.\d{1,6}$/.exec(String(header))?.[1];
	if (Number(major) === protocol.major) return;
	throw new FleetError(
		'protocol-mismatch',
		`this host speaks protocol ${ownProtocol}, the console ${String(header).slice(0, 40)}`,
		{hint: 'install the same major version on both sides: console --remote NAME install --upgrade'},
	);
};

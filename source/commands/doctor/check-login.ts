import type {Transport} from '../../transport/transport.ts';
import {ok, warn, type Check} from './check.ts';

/** Nobody listens there; what the host says of it tells whether it would pass such a stream on. */
const nobodysPort = 1;
const prohibited = 1;

/** How the host let us in, and what its sshd opens for us. A failed login says all that by itself. */
export const checkLogin = async (transport: Transport, signal: AbortSignal): Promise<Check[]> => {
	const facts = await transport.about?.();
	if (!facts) return [];
	const {login, route} = facts;
	return [
		...(login === null
			? [ok('login', 'by the ssh program, with all that it knows')]
			: [ok('host key', login.hostKey), loginCheck(login.tried)]),
		...(route === null ? [] : [socketCheck(route)]),
		...(login === null ? [] : [await forwardCheck(transport, signal)]),
	];
};

const loginCheck = (tried: readonly string[]): Check => {
	const by = tried.at(-1);
	if (by === undefined) return ok('login', 'the host asked for nothing');
	const others = tried.slice(0, -1);
	const found = others.length === 0 ? `by ${by}` : `by ${by}, after ${others.join(', ')}`;
	return others.length < 3
		? ok('login', found)
		: warn(
				'login',
				found,
				'Name its key by IdentityFile, with IdentitiesOnly yes: each attempt costs a round trip, and hosts take few.',
			);
};

const socketCheck = (route: 'streamlocal' | 'dial-stdio'): Check =>
	route === 'streamlocal'
		? ok('streamlocal', 'its sshd opens the daemon’s socket')
		: warn(
				'streamlocal',
				'its sshd opens no unix sockets for us: a program there carries each stream',
				'AllowStreamLocalForwarding yes (or local) in the sshd_config there.',
			);

const forwardCheck = async (transport: Transport, signal: AbortSignal): Promise<Check> => {
	const name = 'port forwarding';
	const found = 'its sshd opens ports of the host: localhost links and logins by callback work';
	try {
		const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
		(await transport.forward!(nobodysPort, limit)).destroy();
		return ok(name, found);
	} catch (error) {
		if (signal.aborted) throw error;
		const cause = (error as {cause?: {reason?: unknown}}).cause;
		// RFC 4254, 5.1: 1 is "administratively prohibited", 2 "connect failed".
		return cause?.reason === prohibited
			? warn(
					name,
					'its sshd opens no ports of the host: localhost links and logins by callback do not work',
					'AllowTcpForwarding yes (or local) in the sshd_config there.',
				)
			: ok(name, found);
	}
};

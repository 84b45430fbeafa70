import {FleetError} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import type {SshHost} from '../ssh-config/parse.ts';

/** `name:port`, with the alias when it is another word. */
export const placeOf = ({alias, hostName, port}: SshHost): string => {
	const address = `${hostName.includes(':') ? `[${hostName}]` : hostName}:${port}`;
	return alias === hostName ? address : `${alias} (${address})`;
};

export const timedOut = (host: SshHost, afterMs: number): FleetError =>
	new FleetError(
		'connection-timed-out',
		`${placeOf(host)} did not answer within ${Math.round(afterMs / 1000)} s`,
		{hint: 'Is the host up, and is the network (a VPN, a firewall) the one it needs?'},
	);

export const lost = (host: SshHost, why: string, cause?: unknown): FleetError =>
	new FleetError('connection-lost', `the connection to ${placeOf(host)} was lost: ${why}`, {cause});

/** The code word for an error of the operating system while connecting. */
export const unreachable = (host: SshHost, error: NodeJS.ErrnoException): FleetError => {
	const at = placeOf(host);
	const cause = innermost(error);
	switch (cause.code ?? '') {
		case 'ECONNREFUSED':
			return new FleetError('connection-refused', `${at} refused the connection`, {
				hint: 'Is sshd running there, on that port?',
				cause,
			});
		case 'ETIMEDOUT':
			return new FleetError('connection-timed-out', `${at} did not answer`, {
				hint: 'Is the host up, and is the network (a VPN, a firewall) the one it needs?',
				cause,
			});
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
		case 'EAI_NONAME':
		case 'EAI_NODATA':
			return new FleetError('name-unknown', `no address is known for the name ${host.hostName}`, {
				hint:
					cause.code === 'EAI_AGAIN'
						? 'The name server did not answer; is there a network?'
						: 'Check `ssh =` of this remote, and HostName in the ssh configuration.',
				cause,
			});
		case 'ECONNRESET':
		case 'EPIPE':
			return lost(host, 'it closed the connection', cause);
		default:
			return new FleetError(
				'host-unreachable',
				`${at} cannot be reached: ${plainText(cause.message, 200)}`,
				{hint: 'Is there a network, and a route to the host?', cause},
			);
	}
};

/** Several addresses tried, several errors: the last word is that of the last address. */
const innermost = (error: NodeJS.ErrnoException): NodeJS.ErrnoException =>
	error instanceof AggregateError && error.errors.length > 0
		? ((error.errors as NodeJS.ErrnoException[]).find(({code}) => code === 'ECONNREFUSED') ??
			(error.errors.at(-1) as NodeJS.ErrnoException))
		: error;

/** What went wrong in the SSH handshake, before anybody logged in. */
export const handshakeFailed = (host: SshHost, error: Error): FleetError => {
	const text = plainText(error.message, 300);
	const {code} = error as NodeJS.ErrnoException;
	if (typeof code === 'string') return unreachable(host, error);
	if (/no matching|no common/i.test(text)) {
		return new FleetError(
			'auth-failed',
			`${placeOf(host)} and this program share no ${what(text)}`,
			{
				hint: 'Set transport = "openssh" for this remote: your own ssh program may know what the host demands (a post-quantum key exchange, say).',
				cause: error,
			},
		);
	}

	return lost(host, `the handshake failed (${text})`, error);
};

const what = (text: string): string =>
	/no matching (.+)$/i.exec(text)?.[1]?.replace(/ algorithm$/, '') ?? 'algorithm';

import {lookup} from 'node:dns/promises';
import {access} from 'node:fs/promises';
import net from 'node:net';
import type {RemoteConfig} from '../../config/config.ts';
import {expandHome} from '../../config/paths.ts';
import {FleetError} from '../../errors.ts';
import {parseAddress} from '../../config/address.ts';
import type {SshHost} from '../../transport/ssh-config/parse.ts';
import {resolveHost} from '../../transport/ssh-config/resolve.ts';
import {findRoute} from '../../transport/ssh-config/route.ts';
import {fail, failure, look, ok, warn, type Check} from './check.ts';

const tcpTimeoutMs = 8000;

/** The way to a remote, step by step, as far as it can be looked at without logging in. */
export const checkWay = async (remote: RemoteConfig, signal: AbortSignal): Promise<Check[]> => {
	const checks: Check[] = [];
	const found = await look('ssh config', async () => {
		const options = {configFile: remote.sshConfig, signal};
		const route = await findRoute(parseAddress(remote.ssh), at => resolveHost(at, options));
		const names = route.map(({user, hostName, port}) => `${user}@${hostName}:${port}`);
		checks.push(ok('ssh config', names.join(' → ')), await checkKeys(route.at(-1)!));
		const [first] = route;
		if (first && first.proxyCommand === null) checks.push(...(await checkTcp(first, signal)));
		return [];
	});
	return [...checks, ...found];
};

/** What there is to log in with; which of it the host takes shows when it is reached. */
async function checkKeys({identityFiles, identityAgent}: SshHost): Promise<Check> {
	const agent = identityAgent ?? process.env['SSH_AUTH_SOCK'];
	const hasAgent = Boolean(agent) && agent !== 'none';
	const files: string[] = [];
	for (const file of identityFiles) {
		const isThere = await access(expandHome(file)).then(
			() => true,
			() => false,
		);
		if (isThere) files.push(file);
	}

	const found = [...(hasAgent ? ['an agent'] : []), ...files];
	return found.length > 0
		? ok('ssh keys', found.join(', '))
		: warn(
				'ssh keys',
				'no agent and no key file',
				'Make one with `ssh-keygen` and `ssh-copy-id`, or start ssh-agent.',
			);
}

async function checkTcp({hostName, port}: SshHost, signal: AbortSignal): Promise<Check[]> {
	const checks: Check[] = [];
	if (net.isIP(hostName) === 0) {
		try {
			const addresses = await lookup(hostName, {all: true});
			checks.push(ok('name', `${hostName} is ${addresses.map(({address}) => address).join(', ')}`));
		} catch (error) {
			const text = `no address is known for ${hostName} (${(error as NodeJS.ErrnoException).code})`;
			const mend = 'Look at the spelling, the network, and HostName in the ssh config.';
			return [{...fail('name', text, mend), code: 'name-unknown'}];
		}
	}

	try {
		const milliseconds = await connectTime(hostName, port, signal);
		checks.push(ok('tcp', `${hostName}:${port} answers after ${Math.round(milliseconds)} ms`));
	} catch (error) {
		checks.push(failure('tcp', error));
	}

	return checks;
}

const connectTime = async (host: string, port: number, signal: AbortSignal): Promise<number> =>
	new Promise((resolve, reject) => {
		const begunAt = performance.now();
		const socket = net.connect({host, port, signal});
		socket.setTimeout(tcpTimeoutMs, () => {
			socket.destroy();
			const text = `${host}:${port} did not answer within ${tcpTimeoutMs / 1000} s`;
			const hint = 'Is the machine on, and does a firewall or VPN stand between?';
			reject(new FleetError('connection-timed-out', text, {hint}));
		});
		socket.once('connect', () => {
			socket.destroy();
			resolve(performance.now() - begunAt);
		});
		socket.once('error', (error: NodeJS.ErrnoException) => {
			if (signal.aborted) return reject(signal.reason as Error);
			const isRefused = error.code === 'ECONNREFUSED';
			reject(
				new FleetError(
					isRefused ? 'connection-refused' : 'host-unreachable',
					isRefused ? `${host}:${port} refuses connections` : `${host}:${port}: ${error.message}`,
					{hint: isRefused ? 'Is sshd running there, on this port?' : 'Look at the network.'},
				),
			);
		});
	});

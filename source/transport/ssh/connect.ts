import type {Duplex} from 'node:stream';
import type {Client, ClientChannel} from 'ssh2';
import {FleetError} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import type {Prompt} from '../prompt.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import type {Route} from '../ssh-config/route.ts';
import type {Acquaintances} from './acquaintances.ts';
import {ChannelSocket} from './channel-socket.ts';
import {lost, placeOf} from './failures.ts';
import {logIn} from './login.ts';
import {startProxyCommand, type Proxy} from './proxy-command.ts';
import {openSocket} from './socket.ts';
import {SshConnection} from './ssh-connection.ts';

export type ConnectOptions = {
	acquaintances: Acquaintances;
	prompt: Prompt | undefined;
	/** Beside a connection that is open: the same host key, whatever known_hosts says. */
	pinned: boolean;
	signal: AbortSignal;
	/** To the first host of the route, where it was begun already. */
	socket?: Promise<Duplex> | undefined;
};

/** Logs in at the last host of the route, through all that come before it. */
export const connectRoute = async (
	route: Route,
	{acquaintances, prompt, pinned, signal, socket}: ConnectOptions,
): Promise<SshConnection> => {
	const passed: Client[] = [];
	try {
		for (const [index, host] of route.entries()) {
			const before = passed.at(-1);
			const proxy: Proxy | undefined =
				!before && host.proxyCommand ? startProxyCommand(host, host.proxyCommand) : undefined;
			const stream =
				proxy?.stream ??
				(before
					? await passOn(before, route[index - 1]!, host, signal)
					: await (socket ?? openSocket(host, signal)));
			if (stream.destroyed) throw lost(host, 'it closed the connection');
			const login = logIn(host, {...acquaintances.of(host), stream, prompt, pinned, signal});
			const {client, facts} = await login.catch(async (error: unknown) => {
				throw proxy && isAboutTheWay(error) ? await proxy.explain(error) : error;
			});
			if (index === route.length - 1) {
				return new SshConnection(host, client, facts, stream, passed);
			}

			// Of a host on the way, only its end matters, and that ends what runs over it.
			client.on('error', () => {});
			passed.push(client);
		}

		throw new FleetError('config-invalid', 'no host to connect to');
	} catch (error) {
		for (const client of passed.reverse()) client.end();
		throw error;
	}
};

const isAboutTheWay = (error: unknown): boolean =>
	error instanceof FleetError && error.code === 'connection-lost';

/** A stream from one host on the way to the next. */
const passOn = (via: Client, from: SshHost, to: SshHost, signal: AbortSignal): Promise<Duplex> =>
	new Promise((resolve, reject) => {
		const onAbort = () => reject(signal.reason as Error);
		signal.addEventListener('abort', onAbort, {once: true});
		const onClose = () =>
			reject(new FleetError('proxy-failed', `${placeOf(from)} closed the connection`));
		via.once('close', onClose);
		const opened = (error: Error | undefined, channel: ClientChannel) => {
			signal.removeEventListener('abort', onAbort);
			via.off('close', onClose);
			if (!error) {
				if (signal.aborted) channel.destroy();
				return resolve(new ChannelSocket(channel));
			}

			reject(
				new FleetError(
					'proxy-failed',
					`${placeOf(from)} cannot reach ${placeOf(to)}: ${plainText(error.message, 200)}`,
					{hint: 'Check HostName, Port and ProxyJump in the ssh configuration.', cause: error},
				),
			);
		};

		try {
			via.forwardOut('127.0.0.1', 0, to.hostName, to.port, opened);
		} catch (error) {
			opened(error as Error, undefined as never);
		}
	});

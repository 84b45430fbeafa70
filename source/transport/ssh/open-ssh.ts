import {setTimeout as delay} from 'node:timers/promises';
import type {RemoteConfig} from '../../config/config.ts';
import {parseAddress, type Address} from '../../config/address.ts';
import {RemoteMemory} from '../host/memory.ts';
import type {Prompt} from '../prompt.ts';
import {RemoteTransport} from '../remote-transport.ts';
import {resolveHost} from '../ssh-config/resolve.ts';
import {findRoute} from '../ssh-config/route.ts';
import type {Transport} from '../transport.ts';
import {Acquaintances} from './acquaintances.ts';
import {startSocket} from './socket.ts';

/** At most so long ssh2, which is large, stands back for a frame that is about to be drawn. */
const frameGraceMs = 200;

/** The transport over ssh2, which is in this program: no process of its own, and the fastest. */
export const openSsh = async ({
	remote,
	stateFolder,
	prompt,
	drawn,
}: {
	remote: RemoteConfig;
	stateFolder: string;
	prompt?: Prompt | undefined;
	drawn?: Promise<void> | undefined;
}): Promise<Transport> => {
	const address = parseAddress(remote.ssh);
	const acquaintances = new Acquaintances();
	let description = remote.ssh;
	return new RemoteTransport({
		command: {remote: remote.name, program: remote.remotePath},
		memory: new RemoteMemory(stateFolder, remote.name, `${remote.ssh} ${remote.remotePath}`),
		describe: () => description,
		onClose: () => acquaintances.clear(),
		async connect(_lane, signal, pinned) {
			// Asked anew each time: a `Match exec` may judge by the network that the laptop is in now.
			const resolve = (at: Address) => resolveHost(at, {configFile: remote.sshConfig, signal});
			const route = await findRoute(address, resolve);
			// On its way while the console draws its first frame and ssh2 loads: a round trip that costs nothing.
			const socket = route[0]?.proxyCommand ? undefined : startSocket(route[0]!, signal);
			if (drawn) await Promise.race([drawn, delay(frameGraceMs, undefined, {ref: false})]);
			const {connectRoute} = await import('./connect.ts');
			const {user, hostName, port} = route.at(-1)!;
			description = `${user}@${hostName.includes(':') ? `[${hostName}]` : hostName}:${port}`;
			return connectRoute(route, {acquaintances, prompt, pinned, signal, socket});
		},
	});
};

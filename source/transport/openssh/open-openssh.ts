import type {RemoteConfig} from '../../config/config.ts';
import {parseAddress} from '../../config/address.ts';
import {RemoteMemory} from '../host/memory.ts';
import type {Prompt} from '../prompt.ts';
import {RemoteTransport} from '../remote-transport.ts';
import {resolveHost} from '../ssh-config/resolve.ts';
import type {Transport} from '../transport.ts';
import {makeControlFolder} from './control-folder.ts';
import {startMaster} from './master.ts';
import {OpensshConnection} from './openssh-connection.ts';

/** The transport over the user's own ssh: slower to connect, but it can whatever that can. */
export const openOpenssh = async ({
	remote,
	stateFolder,
	prompt,
}: {
	remote: RemoteConfig;
	stateFolder: string;
	prompt?: Prompt | undefined;
}): Promise<Transport> => {
	const address = parseAddress(remote.ssh);
	/** What the person typed, by question: no lane and no reconnect asks again. */
	const remembered = new Map<string, string>();
	let description = remote.ssh;
	return new RemoteTransport({
		command: {remote: remote.name, program: remote.remotePath},
		memory: new RemoteMemory(stateFolder, remote.name, `${remote.ssh} ${remote.remotePath}`),
		describe: () => description,
		onClose: () => remembered.clear(),
		async connect(_lane, signal) {
			const configFile = remote.sshConfig;
			const host = await resolveHost(address, {configFile, signal});
			const {user, hostName, port} = host;
			description = `${user}@${hostName.includes(':') ? `[${hostName}]` : hostName}:${port}`;
			const folder = await makeControlFolder();
			try {
				const options = {address, host, configFile, folder, prompt, remembered, signal};
				return new OpensshConnection(description, await startMaster(options), folder);
			} catch (error) {
				folder.remove();
				throw error;
			}
		},
	});
};

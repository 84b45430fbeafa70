import type {RemoteConfig} from '../config/config.ts';
import {ownProgram} from './own-program.ts';
import type {Prompt} from './prompt.ts';
import type {Transport} from './transport.ts';

export type OpenOptions = {
	/** Null: this machine. */
	remote: RemoteConfig | null;
	/** The state folder of this side. */
	stateFolder: string;
	/** Absent: nobody can be asked, and what would need an answer fails. */
	prompt?: Prompt | undefined;
	/** Resolves when the first frame is on the screen; what is large to load waits for it. */
	drawn?: Promise<void> | undefined;
	/** Closes the transport when it aborts. */
	signal?: AbortSignal;
	/** The command that starts this program; for tests. */
	program?: readonly string[];
};

type Open = (options: OpenOptions & {remote: RemoteConfig}) => Promise<Transport>;

/** Each member is loaded when it is used: a local fleet pays for no SSH. */
const members: Record<RemoteConfig['transport'], Open> = {
	ssh: async options => (await import('./ssh/open-ssh.ts')).openSsh(options),
	openssh: async options => (await import('./openssh/open-openssh.ts')).openOpenssh(options),
};

/**
 * The transport to a remote, or to this machine. It connects at the first `dial`; rejects with
 * `config-invalid` when the remote's address is none.
 */
export const openTransport = async (options: OpenOptions): Promise<Transport> => {
	const {remote, signal, stateFolder} = options;
	signal?.throwIfAborted();
	const transport = remote
		? await members[remote.transport]({...options, remote})
		: new (await import('./local.ts')).LocalTransport(stateFolder, options.program ?? ownProgram());
	signal?.addEventListener('abort', () => void transport.close(), {once: true});
	return transport;
};

import {stateFolder} from '../config/paths.ts';
import type {RemoteConfig} from '../config/config.ts';
import type {Transport} from '../transport/transport.ts';
import type {CommandContext} from './command.ts';

/** The way to a remote, or to the local host for null; questions are asked on the terminal. */
export const openTransport = async (
	remote: RemoteConfig | null,
	{stdin, signal}: CommandContext,
): Promise<Transport> => {
	const [registry, {terminalPrompt}] = await Promise.all([
		import('../transport/registry.ts'),
		import('./terminal-prompt.ts'),
	]);
	return registry.openTransport({
		remote,
		stateFolder: stateFolder(),
		prompt: remote ? terminalPrompt(stdin) : undefined,
		signal,
	});
};

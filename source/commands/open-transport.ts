import type {RemoteConfig} from '../config/config.ts';
import {stateFolder} from '../config/paths.ts';
import type {Transport} from '../transport/transport.ts';
import type {CommandContext} from './command.ts';

/** The way to a remote, or to the local host for null; questions are asked at the terminal. */
export const openTransport = async (
	remote: RemoteConfig | null,
	{prompt, drawn, signal, stdin}: CommandContext,
): Promise<Transport> => {
	const [registry, {terminalPrompt}] = await Promise.all([
		import('../transport/registry.ts'),
		import('./terminal-prompt.ts'),
	]);
	return registry.openTransport({
		remote,
		stateFolder: stateFolder(),
		prompt: remote ? (prompt ?? terminalPrompt(stdin)) : undefined,
		drawn,
		signal,
	});
};

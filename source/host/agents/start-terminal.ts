import {plainText} from '../../protocol/text.ts';
import type {Tickets} from '../launcher/tickets.ts';
import type {Runtime, TerminalSize} from '../runtimes/runtime.ts';
import type {Log} from '../state/log.ts';
import type {PlannedLaunch} from './plan-launch.ts';
import type {Registry} from './registry.ts';

/** Starts an agent's command on a terminal of its own; where that fails its row says why, and the error is thrown on. */
export const startTerminal = async (
	{
		registry,
		runtime,
		tickets,
		log,
	}: {registry: Registry; runtime: Runtime; tickets: Tickets; log: Log},
	id: string,
	command: PlannedLaunch['command'],
	size: TerminalSize,
): Promise<void> => {
	try {
		const ticket = tickets.issue(command);
		const pipes = Object.keys(command.keys ?? {});
		await runtime.launch({id, cwd: command.cwd, size, ticket, pipes});
	} catch (error) {
		const message = plainText(error instanceof Error ? error.message : String(error), 400);
		log.write(`${id} could not be started: ${message}`);
		registry.update(id, {state: 'exited', exit: {code: null, signal: null, message}});
		throw error;
	}
};

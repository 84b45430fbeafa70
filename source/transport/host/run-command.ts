import type {Connection} from '../connection.ts';
import {untilAborted} from '../until-aborted.ts';
import {collectOutput} from './collect-output.ts';
import type {Outcome} from './command-failure.ts';

/** Runs a command line to its end and yields what it printed. */
export const runCommand = async (
	connection: Pick<Connection, 'exec'>,
	command: string,
	signal: AbortSignal,
): Promise<Outcome> => {
	const {stream, stderr, exited} = await connection.exec(command, signal);
	const out = collectOutput(stream);
	const err = collectOutput(stderr);
	stream.end();
	try {
		const {code, signal: name} = await untilAborted(exited, signal);
		return {code, signal: name, stdout: await out, stderr: await err};
	} finally {
		stream.destroy();
	}
};

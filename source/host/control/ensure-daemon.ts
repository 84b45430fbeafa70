import {spawn} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';
import * as v from 'valibot';
import {hostSocket} from '../../config/paths.ts';
import {FleetError, isErrorCode} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import {logFile} from '../state/log.ts';
import {prepareFolder} from '../state/prepare-folder.ts';
import {daemonLineSchema, type DaemonLine} from './daemon-line.ts';
import {findDaemon} from './find-daemon.ts';
import {readLine} from './read-line.ts';

const startDeadlineMs = 30_000;

export type EnsureOptions = {
	stateFolder: string;
	/** How this program is started: `[node, cli.js]`. */
	command: readonly string[];
	/** Words before the command, that let it outlive this login. */
	outlive?: () => Promise<readonly string[]>;
	signal?: AbortSignal;
};

/**
 * The daemon of a state folder: the one that runs, or one that is started in a session of its own
 * and answers already. Of several that start at once one wins, and all get its line.
 */
export const ensureDaemon = async ({
	stateFolder,
	command,
	outlive,
	signal,
}: EnsureOptions): Promise<DaemonLine> => {
	prepareFolder(stateFolder);
	const running = await findDaemon(hostSocket(stateFolder), signal);
	if (running !== null) return running;
	const words = [...((await outlive?.()) ?? []), ...command, '--json', '--quiet', 'host', 'serve'];
	const said = parse(await start(words, stateFolder, signal));
	if (said === undefined) throw failed('said nothing that makes sense', stateFolder);
	return said;
};

/** Yields the one line that the daemon prints: itself, or why it cannot be. */
const start = async (
	[file = '', ...args]: readonly string[],
	stateFolder: string,
	signal?: AbortSignal,
): Promise<string> => {
	const log = openSync(logFile(stateFolder), 'a', 0o600);
	const child = spawn(file, args, {
		detached: true,
		cwd: '/',
		env: {...process.env, FLEET_STATE_DIR: stateFolder},
		// What Node itself prints when it dies belongs into the log.
		stdio: ['ignore', 'pipe', log],
	});
	closeSync(log);
	const {stdout} = child;
	if (stdout === null) throw failed('it has no output', stateFolder);
	const deadline = AbortSignal.timeout(startDeadlineMs);
	try {
		return await readLine(child, stdout, signal ? AbortSignal.any([signal, deadline]) : deadline);
	} catch (error) {
		signal?.throwIfAborted();
		throw failed(plainText((error as Error).message, 300), stateFolder);
	} finally {
		stdout.destroy();
		child.unref();
	}
};

const parse = (line: string): DaemonLine | undefined => {
	let json: unknown;
	try {
		json = JSON.parse(line);
	} catch {
		return undefined;
	}

	const result = v.safeParse(daemonLineSchema, json);
	if (result.success) return result.output;
	const {code, message, hint} = (json as {error?: Record<string, unknown>}).error ?? {};
	if (!isErrorCode(code)) return undefined;
	throw new FleetError(code, plainText(String(message)), {
		hint: typeof hint === 'string' ? plainText(hint) : undefined,
	});
};

const failed = (why: string, stateFolder: string): FleetError =>
	new FleetError('daemon-failed', `the daemon did not start: ${why}`, {
		hint: `its log is ${logFile(stateFolder)}`,
	});

import {parentPort} from 'node:worker_threads';
import {toFleetError} from '../../errors.ts';
import type {TreeEndpoint} from './endpoint.ts';
import {createLocalEndpoint} from './local-endpoint.ts';
import {createRename} from './rename.ts';
import type {ThreadOptions} from './sync-thread.ts';
import type {WorkerCall, WorkerMessage} from './worker-endpoint.ts';

// One side of one rule, in a thread of its own: it may block as long as it likes.
const sqliteFull = 13;
const port = parentPort!;
const say = (message: WorkerMessage) => port.postMessage(message);
// What needs no rule is ready before the rule is known.
const rename = createRename();

const answer = async (endpoint: TreeEndpoint, {id, name, argument}: WorkerCall): Promise<void> => {
	try {
		const value =
			name === 'scan'
				? await endpoint.scan(argument as never, progress => say({id, progress}))
				: await (endpoint[name] as (argument: unknown) => Promise<unknown>)(argument);
		say({id, value});
	} catch (error) {
		const {code, message, hint} = toFleetError(error);
		say({id, error: {code: isFullDisk(error) ? 'disk-full' : code, message, hint}});
	} finally {
		if (name === 'close') port.close();
	}
};

/** The tree's file system, or the one with the database. */
function isFullDisk(error: unknown): boolean {
	const {code, errcode} = error as {code?: string; errcode?: number};
	return code === 'ENOSPC' || code === 'EDQUOT' || errcode === sqliteFull;
}

// One after another: what a call does to the tree, the next one sees.
let last: Promise<void> = Promise.resolve();
port.once('message', (options: ThreadOptions) => {
	const endpoint = createLocalEndpoint({...options, rename});
	port.on('message', (call: WorkerCall) => {
		last = last.then(() => answer(endpoint, call));
	});
});

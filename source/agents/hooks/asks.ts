import {constants} from 'node:fs';
import {open, readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {FleetError} from '../../errors.ts';
import {hookFolders} from './relay-script.ts';

/** What a hook that waits was told; rejects with `conflict` when it waits no more. */
export const readAsk = async (scratch: string, id: string): Promise<Record<string, unknown>> => {
	try {
		return JSON.parse(await readFile(`${askFile(scratch, id)}.json`, 'utf8')) as Record<
			string,
			unknown
		>;
	} catch (error) {
		throw tooLate(error);
	}
};

/** Gives the waiting hook its reply, one line; rejects with `conflict` when it waits no more. */
export const replyToAsk = async (scratch: string, id: string, reply: string): Promise<void> => {
	try {
		// Without a reader this fails at once instead of waiting for one.
		const fifo = await open(askFile(scratch, id), constants.O_WRONLY | constants.O_NONBLOCK);
		try {
			await fifo.write(`${reply.replaceAll('\n', ' ')}\n`);
		} finally {
			await fifo.close();
		}
	} catch (error) {
		throw tooLate(error);
	}
};

/** Lets waiting hooks go without an answer: the agent was answered otherwise, or has ended. */
export const releaseAsks = async (
	scratch: string,
	isOver: (id: string) => boolean = () => true,
): Promise<void> => {
	const names = await readdir(hookFolders(scratch).asks).catch(() => []);
	const waiting = names.filter(name => /^\w+\.\d+$/.test(name) && isOver(name));
	await Promise.all(waiting.map(name => replyToAsk(scratch, name, '').catch(() => {})));
};

const askFile = (scratch: string, id: string): string => {
	if (!/^\w+\.\d+$/.test(id)) throw tooLate();
	return path.join(hookFolders(scratch).asks, id);
};

export const tooLate = (cause?: unknown): FleetError =>
	new FleetError('conflict', 'that question is no longer asked', {
		cause,
		hint: 'look at the agent: it was answered already, or asks something else now',
	});

import {appendFile, rename, writeFile} from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type {Client} from '../client/client.ts';
import {makeFolders} from '../config/private-folder.ts';
import {FleetError} from '../errors.ts';
import {agentIdSchema, type Agent} from '../protocol/agent.ts';
import {screenSchema} from '../protocol/screen.ts';
import {colouredLine} from '../protocol/text.ts';
import {agentPath, believe, fetchFleet} from './agent-calls.ts';
import type {Command, CommandContext} from './command.ts';

const pageSchema = v.object({
	events: v.array(
		v.object({
			sequence: v.pipe(v.number(), v.integer()),
			id: v.string(),
			at: v.number(),
			event: v.string(),
			data: v.string(),
		}),
	),
});

const transcriptLines = 5000;
// A journal holds 20,000 rows; a host that never ends is none.
const mostEvents = 200_000;

export const recover: Command = {
	name: 'recover',
	group: 'laptop',
	summary: 'a copy of the host’s own state (agents, journal, transcripts) into a folder here',
	arguments: [
		{name: '[dir]', description: 'the folder; default: recovery-NAME', completes: 'directory'},
	],
	async run(context, {arguments: [wanted]}) {
		const name = context.remoteName ?? 'local';
		const folder = path.resolve(wanted ?? `recovery-${name}`);
		await refuseSynced(context, folder);
		const client = await context.client();
		makeRoom(folder);
		const {agents} = await fetchFleet(client, context.signal);
		const host = await client.json('GET', '/v1/host', {signal: context.signal});
		await save(folder, 'host.json', `${JSON.stringify(host, null, '\t')}\n`);
		await save(folder, 'agents.json', `${JSON.stringify(agents, null, '\t')}\n`);
		const events = await copyJournal(client, folder, context.signal);
		let transcripts = 0;
		for (const agent of agents) {
			if (await copyTranscript(client, agent, folder, context)) transcripts++;
		}

		const counts = {agents: agents.length, events, transcripts};
		if (context.json) context.printJson({folder, ...counts});
		else {
			context.print(
				`${folder}: ${counts.agents} agents, ${counts.events} events, ${counts.transcripts} transcripts`,
			);
		}

		return 0;
	},
};

/** What goes into a synced folder would go back to the host. */
async function refuseSynced(context: CommandContext, folder: string): Promise<void> {
	const remote = await context.remote();
	for (const {local} of [...(remote?.syncUp ?? []), ...(remote?.syncBidi ?? [])]) {
		const inside = path.relative(local, folder);
		if (inside === '' || !(inside.startsWith('..') || path.isAbsolute(inside))) {
			throw new FleetError('usage', `${folder} is inside ${local}, which is synced to the host`, {
				hint: 'Name a folder outside the sync rules: console recover DIR',
			});
		}
	}
}

/** A folder that is there already keeps its rights: it may be a home, or everybody's. */
function makeRoom(folder: string): void {
	try {
		makeFolders(path.join(folder, 'transcripts'));
	} catch (error) {
		throw new FleetError('failed', `cannot make ${folder}: ${(error as Error).message}`, {
			hint: 'Name a folder that can be written: console recover DIR',
			cause: error,
		});
	}
}

/** What is being written beside it, by this process alone. */
const aside = (file: string): string => `${file}.${process.pid}.new`;

/** Whole or not at all, and for this user's eyes. */
async function save(folder: string, name: string, content: string): Promise<void> {
	const file = path.join(folder, name);
	await writeFile(aside(file), content, {mode: 0o600});
	await rename(aside(file), file);
}

async function copyJournal(client: Client, folder: string, signal: AbortSignal): Promise<number> {
	const file = path.join(folder, 'journal.ndjson');
	await writeFile(aside(file), '', {mode: 0o600});
	let count = 0;
	for (let after = 0; count < mostEvents;) {
		const {events} = believe(
			pageSchema,
			await client.json('GET', `/v1/journal?after=${after}`, {signal}),
		);
		const last = events.at(-1);
		if (last === undefined || last.sequence <= after) break;
		const lines = events.map(({id, at, event, data}) =>
			JSON.stringify({id, at: new Date(at).toISOString(), event, data: parsed(data)}),
		);
		await appendFile(aside(file), `${lines.join('\n')}\n`);
		count += events.length;
		after = last.sequence;
	}

	await rename(aside(file), file);
	return count;
}

function parsed(data: string): unknown {
	try {
		return JSON.parse(data);
	} catch {
		return data;
	}
}

/** What its terminal shows, and what has scrolled off it; false where the terminal is gone. */
async function copyTranscript(
	client: Client,
	{id, name}: Agent,
	folder: string,
	{signal, note}: CommandContext,
): Promise<boolean> {
	if (!v.is(agentIdSchema, id)) return false;
	try {
		const screen = believe(
			screenSchema,
			await client.json('GET', agentPath(id, `/screen?history=${transcriptLines}`), {signal}),
		);
		const lines = screen.lines.map(line => `${colouredLine(line)}\n`);
		await save(folder, `transcripts/${id}.txt`, lines.join(''));
		return true;
	} catch (error) {
		signal.throwIfAborted();
		note(`console: no transcript of ${name}: ${(error as Error).message}`);
		return false;
	}
}

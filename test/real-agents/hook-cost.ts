import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {hookCommand, relayFiles} from '../../source/agents/hooks/relay-script.ts';

const calls = 100;
const payload = JSON.stringify({
	session_id: '9451a9d1-583c-416f-b26f-54f5c9e46d54',
	tool_input: {command: 'x'.repeat(2000)},
});

export type HookTimes = {ours: number[]; idle: number[]};

/** How long an agent waits for a hook of ours, and for one that does nothing, as its own shell starts them. */
export const measureHooks = async (): Promise<HookTimes> => {
	const scratch = await mkdtemp(path.join(os.tmpdir(), 'fleet-hook-'));
	try {
		for (const [file, content] of Object.entries(relayFiles(scratch))) {
			await mkdir(path.dirname(file), {recursive: true});
			await writeFile(file, content);
		}

		const command = hookCommand(scratch, 'PostToolUse');
		const times: HookTimes = {ours: [], idle: []};
		for (let call = 0; call < calls; call++) {
			times.ours.push(await timeOf(command));
			times.idle.push(await timeOf('exit 0'));
		}

		return times;
	} finally {
		await rm(scratch, {recursive: true, force: true});
	}
};

const timeOf = async (command: string): Promise<number> => {
	const begun = performance.now();
	const child = spawn('/bin/sh', ['-c', command], {
		stdio: ['pipe', 'ignore', 'ignore'],
		timeout: 5000,
	});
	child.stdin.on('error', () => {});
	child.stdin.end(payload);
	await once(child, 'exit');
	return performance.now() - begun;
};

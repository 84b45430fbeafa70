import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {expect, onTestFinished, test} from 'vitest';
import {readAsk, releaseAsks, replyToAsk} from '../../source/agents/hooks/asks.ts';
import {hookCommand, hookFolders, relayFiles} from '../../source/agents/hooks/relay-script.ts';
import {readHooks} from '../../source/agents/hooks/spool.ts';
import type {HookEvent} from '../../source/agents/kind.ts';
import {until} from '../harness/until.ts';

const run = promisify(execFile);

/** A launch's folder, its name one that a shell would trip over. */
const scratchFolder = (): string => {
	const root = mkdtempSync('/tmp/fk-');
	onTestFinished(() => rmSync(root, {recursive: true, force: true}));
	const scratch = path.join(root, "it's a folder");
	for (const [file, content] of Object.entries(relayFiles(scratch))) {
		mkdirSync(path.dirname(file), {recursive: true});
		writeFileSync(file, content);
	}

	return scratch;
};

const fire = (scratch: string, event: string, payload: unknown, options = {}) => {
	const child = spawn('/bin/sh', ['-c', hookCommand(scratch, event, options)]);
	child.stdin.end(typeof payload === 'string' ? payload : JSON.stringify(payload));
	const output: Promise<string> = (async () => {
		let text = '';
		for await (const piece of child.stdout) text += String(piece);
		return text;
	})();
	return {child, output, ended: once(child, 'exit')};
};

const listen = (scratch: string): HookEvent[] => {
	const heard: HookEvent[] = [];
	const ending = new AbortController();
	const reading = readHooks(scratch, event => heard.push(event), ending.signal);
	onTestFinished(async () => {
		ending.abort();
		await reading;
	});
	return heard;
};

test('what a hook is told arrives, with its name, and leaves nothing behind', async () => {
	const scratch = scratchFolder();
	const heard = listen(scratch);
	await fire(scratch, 'Stop', {session_id: 's'}).ended;
	await until(() => heard.length === 1);
	expect(heard[0]).toMatchObject({event: 'Stop', payload: {session_id: 's'}});
	await until(() => readdirSync(hookFolders(scratch).events).join() === '.keep');
});

test('events from before anybody listened arrive too, the oldest first', async () => {
	const scratch = scratchFolder();
	for (const event of ['UserPromptSubmit', 'PostToolUse', 'Stop']) {
		await fire(scratch, event, {}).ended;
		await run('sleep', ['0.02']);
	}

	const heard = listen(scratch);
	await until(() => heard.length === 3);
	expect(heard.map(({event}) => event)).toEqual(['UserPromptSubmit', 'PostToolUse', 'Stop']);
});

test('a payload that is no JSON, or endless, is an event without one', async () => {
	const scratch = scratchFolder();
	await fire(scratch, 'Stop', 'no json').ended;
	await fire(scratch, 'Stop', JSON.stringify({a: 'x'.repeat(2 * 1024 * 1024)})).ended;
	const heard = listen(scratch);
	await until(() => heard.length === 2);
	expect(heard.map(({payload}) => payload)).toEqual([{}, {}]);
});

test('a hook costs nothing and fails nothing where its folder is gone', async () => {
	const scratch = scratchFolder();
	rmSync(hookFolders(scratch).events, {recursive: true});
	const [code] = (await fire(scratch, 'Stop', {}).ended) as [number];
	expect(code).toBe(0);
});

test('where no daemon reads, events stop to pile up', async () => {
	const scratch = scratchFolder();
	const {events} = hookFolders(scratch);
	for (let index = 0; index < 250; index++) writeFileSync(path.join(events, `Stop.${index}`), '');
	await fire(scratch, 'Stop', {}).ended;
	expect(readdirSync(events)).toHaveLength(251);
});

test('a question waits for its reply and prints it', async () => {
	const scratch = scratchFolder();
	const heard = listen(scratch);
	const asking = fire(scratch, 'PermissionRequest', {tool_name: 'Bash'}, {ask: true});
	await until(() => heard.length === 1);
	const {id} = heard[0]!;
	expect(await readAsk(scratch, id)).toEqual({tool_name: 'Bash'});
	await replyToAsk(scratch, id, '{"yes":\n1}');
	expect(await asking.output).toBe('{"yes": 1}\n');
	await expect(replyToAsk(scratch, id, 'again')).rejects.toMatchObject({code: 'conflict'});
	await expect(readAsk(scratch, id)).rejects.toMatchObject({code: 'conflict'});
});

test('a question that was answered elsewhere is let go, and says nothing', async () => {
	const scratch = scratchFolder();
	const heard = listen(scratch);
	const asking = fire(scratch, 'PermissionRequest', {}, {ask: true});
	await until(() => heard.length === 1);
	await releaseAsks(scratch);
	expect(await asking.output).toBe('');
});

test('a question whose agent ends its hook is no longer asked', async () => {
	const scratch = scratchFolder();
	const heard = listen(scratch);
	const asking = fire(scratch, 'PermissionRequest', {}, {ask: true});
	await until(() => heard.length === 1);
	const shell = Number(heard[0]!.id.split('.').at(-1));
	process.kill(shell, 'SIGTERM');
	await asking.ended;
	await expect(replyToAsk(scratch, heard[0]!.id, 'late')).rejects.toMatchObject({
		code: 'conflict',
	});
});

test.each(['../../etc/passwd', 'a/b', '', 'PermissionRequest.1;rm'])(
	'an id that is none of ours (%j) reaches no file',
	async id => {
		await expect(replyToAsk(scratchFolder(), id, 'x')).rejects.toMatchObject({code: 'conflict'});
	},
);

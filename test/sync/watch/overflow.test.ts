import {spawn, type ChildProcess} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {workFolder} from '../../../source/sync/matcher.ts';
import {until} from '../../harness/until.ts';

const program = path.join(import.meta.dirname, 'tell-changes.ts');
const queueLength = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));

let root: string;
let child: ChildProcess;
let said: string;

beforeEach(async () => {
	root = mkdtempSync(path.join(os.tmpdir(), 'overflow-'));
	mkdirSync(path.join(root, workFolder));
	mkdirSync(path.join(root, 'sub'));
	said = '';
	child = spawn(process.execPath, [program, root], {stdio: ['pipe', 'pipe', 'inherit']});
	child.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
	await until(() => said.includes('"mode":"events"'), 'the watch');
});

afterEach(() => {
	child.kill('SIGKILL');
	rmSync(root, {recursive: true, force: true});
});

const whileStopped = async (count: number): Promise<void> => {
	child.kill('SIGSTOP');
	for (let index = 0; index < count; index++)
		writeFileSync(path.join(root, 'sub', `f${index}`), '');
	child.kill('SIGCONT');
};

test('a watcher that stood still while the kernel’s queue ran over has all looked through', async () => {
	// Each new file is one event at least.
	await whileStopped(queueLength + 1000);
	await until(() => said.includes('"rescan":true'), 'a rescan', {seen: () => said});
});

test('one that stood still while little happened names the folder', async () => {
	await whileStopped(100);
	await until(() => said.includes('"folders":["sub"]'), 'the folder', {seen: () => said});
	expect(said).not.toContain('"rescan":true');
});

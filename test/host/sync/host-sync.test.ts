import {mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {HostSync, type SyncChange} from '../../../source/host/sync/host-sync.ts';
import {hashOf} from '../../../source/sync/endpoint/read-stable.ts';
import {decodeFrame} from '../../../source/sync/remote/frame.ts';
import type {RemoteCall} from '../../../source/sync/remote/wire.ts';
import {plainSettings as settings} from '../../harness/plain-settings.ts';
import {until} from '../../harness/until.ts';

let folder: string;
let root: string;
let sync: HostSync;
let changes: SyncChange[];

beforeEach(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'host-sync-'));
	root = path.join(folder, 'root');
	for (const name of ['a', 'b']) mkdirSync(path.join(root, name), {recursive: true});
	changes = [];
	sync = new HostSync({
		stateFolder: path.join(folder, 'state'),
		announce: change => changes.push(change),
	});
});

afterEach(async () => {
	await sync.close();
	rmSync(folder, {recursive: true, force: true});
});

const {signal} = new AbortController();
const call = async (name: RemoteCall, argument: object, parts: Buffer[] = []) =>
	decodeFrame(await sync.answer(name, {settings, root, argument, parts}, signal)).value;

const put = (at: string, text: string) => {
	const signature = `f${hashOf(Buffer.from(text))}`;
	const operation = {kind: 'put', path: at, signature, size: text.length, mtimeMs: Date.now()};
	const commit = {
		txn: 'abc',
		operations: [operation],
		contents: [{path: at, signature}],
		packs: [],
		filled: false,
	};
	return call('commit', commit, [Buffer.from(text)]);
};

test('what the laptop had written is no news, what a user writes is', async () => {
	await call('open', {create: false});
	await call('scan', {full: true, folders: [], inlineBytes: 0});
	expect(await call('watch', {})).toMatchObject({mode: 'events'});
	expect(await put('a/from-the-laptop', 'hello')).toMatchObject({results: [{status: 'done'}]});
	writeFileSync(path.join(root, 'b/from-a-user'), 'hello');
	await until(() => changes.some(({paths}) => paths.includes('b')), 'told of the user’s file');
	expect(changes.flatMap(({paths}) => paths)).not.toContain('a');
});

test('a user who writes over what the laptop just wrote is heard', async () => {
	await call('open', {create: false});
	await call('scan', {full: true, folders: [], inlineBytes: 0});
	await call('watch', {});
	await put('a/file', 'hello');
	writeFileSync(path.join(root, 'a/file'), 'other');
	await until(() => changes.some(({paths}) => paths.includes('a')), 'told of the edit');
});

test('where the root was moved away, what stands there then is watched, and that is said', async () => {
	await call('open', {create: false});
	expect(await call('watch', {})).toMatchObject({mode: 'events', isNew: true});
	expect(await call('watch', {})).toMatchObject({mode: 'events', isNew: false});
	renameSync(root, `${root}-away`);
	mkdirSync(root);
	await until(() => changes.some(({rescan}) => rescan), 'told that it may have missed something');
	expect(await call('watch', {})).toMatchObject({mode: 'events', isNew: true});
	writeFileSync(path.join(root, 'file'), 'hello');
	await until(() => changes.some(({paths}) => paths.includes('')), 'told of the file');
});

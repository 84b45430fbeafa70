import {mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {Endpoint} from '../../../source/sync/endpoint/endpoint.ts';
import {createLocalEndpoint} from '../../../source/sync/endpoint/local-endpoint.ts';
import {hashOf} from '../../../source/sync/endpoint/read-stable.ts';
import type {Step} from '../../../source/sync/plan/fill.ts';
import type {Operation} from '../../../source/sync/plan/operation.ts';
import {plainSettings} from '../../harness/plain-settings.ts';

// What one side refuses whatever the other asks for: the engine is left out, as a hostile one would.
let base: string;
let root: string;
let endpoint: Endpoint;

const open = async ({dereferenceSymlinks = false} = {}) => {
	endpoint = createLocalEndpoint({
		side: 'local',
		root,
		settings: {
			...plainSettings,
			exclude: ['target/'],
			dereferenceSymlinks,
		},
		stateFolder: path.join(base, 'state'),
	});
	await endpoint.open({create: false});
};

beforeEach(() => {
	base = mkdtempSync('/tmp/secrets-');
	root = path.join(base, 'root');
	mkdirSync(path.join(root, '.ssh'), {recursive: true});
	writeFileSync(path.join(root, '.env'), 'KEY=1');
	writeFileSync(path.join(root, 'a.txt'), 'a');
});
afterEach(async () => {
	await endpoint.close();
	rmSync(base, {recursive: true, force: true});
});

const signature = (text: string) => `f${hashOf(Buffer.from(text))}`;
const put = (at: string, text: string): Operation => ({
	kind: 'put',
	path: at,
	signature: signature(text),
	size: text.length,
	mtimeMs: 0,
	expected: undefined,
	copy: undefined,
});
const commit = (operation: Step, text = '') =>
	endpoint.commit({
		txn: 'a1',
		operations: [operation],
		contents: [{path: operation.path, signature: signature(text), bytes: Buffer.from(text)}],
		packs: [],
		filled: false,
	});

test.each(['.env', '.ssh/id_ed25519', 'deep/.aws/credentials', 'target/out', '.git/config'])(
	'%s is neither sent nor written',
	async file => {
		mkdirSync(path.dirname(path.join(root, file)), {recursive: true});
		writeFileSync(path.join(root, file), 'KEY=1');
		await open();
		const asked = {path: file, signature: signature('KEY=1'), size: 5};
		expect((await endpoint.read({items: [asked]})).of).toEqual([]);
		await expect(endpoint.readPart({path: file, offset: 0, length: 9})).rejects.toMatchObject({
			code: 'denied',
		});
		const {results} = await commit(put(`${file}.pem`, 'x'), 'x');
		expect(results).toMatchObject([{status: 'refused'}]);
		const fill: Step = {
			kind: 'fill',
			path: path.join(path.dirname(file), 'new'),
			files: [[`${path.basename(file)}.pem`, signature('x'), 1, 0]],
		};
		const filled = await commit(fill, 'x');
		expect(filled.results).toMatchObject([
			filled.results[0]?.status === 'done' ? {except: [{status: 'refused'}]} : {status: 'refused'},
		]);
		const remove = {kind: 'remove', path: file, expected: signature('KEY=1')} as const;
		expect((await commit(remove)).results).toMatchObject([{status: 'refused'}]);
	},
);

test('where links are followed, none leads to a secret, and none is made', async () => {
	symlinkSync('.env', path.join(root, 'innocent'));
	await open({dereferenceSymlinks: true});
	const scanned = await endpoint.scan({full: true, folders: [], since: undefined, inlineBytes: 99});
	expect(scanned.secrets).toContain('innocent');
	const asked = {path: 'innocent', signature: signature('KEY=1'), size: 5};
	expect((await endpoint.read({items: [asked]})).of).toEqual([]);
	expect(await endpoint.readPart({path: 'innocent', offset: 0, length: 9})).toHaveLength(0);
	const link = {...put('notes', ''), signature: 'l.env'} as Operation;
	expect((await commit(link)).results).toMatchObject([{status: 'refused'}]);
	expect(readdirSync(root)).not.toContain('notes');
});

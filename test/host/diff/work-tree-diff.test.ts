import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rename, rm, utimes, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {ask, launch, startHost} from '../host-harness.ts';

let folder: string;
const git = (...args: string[]) =>
	execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
		cwd: folder,
	});

beforeEach(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'fleet-tree-'));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const diffOf = async () => {
	const host = await startHost();
	const agent = await launch(host, {cwd: folder});
	return {host, agent, answer: await ask(host, 'GET', `/v1/agents/${agent.id}/diff`)};
};

test('changed, new, renamed and removed files are all in it, and the index is left alone', async () => {
	git('init', '-q');
	for (const name of ['changed', 'staged', 'old name', 'removed']) {
		await writeFile(path.join(folder, name), `${name}\nsecond line\nthird line\n`);
	}

	git('add', '.');
	git('commit', '-qm', 'first');
	await writeFile(path.join(folder, 'changed'), 'other\n');
	await writeFile(path.join(folder, 'staged'), 'other\n');
	git('add', 'staged');
	await rename(path.join(folder, 'old name'), path.join(folder, 'ñew'));
	await rm(path.join(folder, 'removed'));
	await mkdir(path.join(folder, 'sub'));
	await writeFile(path.join(folder, 'sub/fresh'), 'fresh\n');
	const index = await readFile(path.join(folder, '.git/index'));

	const {host, answer} = await diffOf();
	expect(answer.status).toBe(200);
	const {patch, root, isCut} = answer.json;
	expect(root).toBe(folder);
	expect(isCut).toBe(false);
	expect([...patch.matchAll(/^diff --git (.*)$/gm)].map(match => match[1])).toEqual(
		[
			'a/changed b/changed',
			'a/removed b/removed',
			'a/staged b/staged',
			'a/sub/fresh b/sub/fresh',
			'a/old name b/ñew',
		].sort((a, b) => patch.indexOf(a) - patch.indexOf(b)),
	);
	expect(patch).toContain('+fresh');
	expect(await readFile(path.join(folder, '.git/index'))).toEqual(index);
	const below = await ask(host, 'GET', `/v1/diff?path=${encodeURIComponent(`${folder}/sub`)}`, {
		headers: {accept: 'text/plain'},
	});
	expect(below.text).toMatch(/^diff --git a\/sub\/fresh/);
});

test('an edit of the same size, within the second of the last `git add`, is in it', async () => {
	const file = path.join(folder, 'a');
	const then = new Date('2026-01-01T00:00:00Z');
	git('init', '-q');
	git('config', 'core.checkStat', 'minimal');
	git('config', 'core.trustCtime', 'false');
	await writeFile(file, 'a\n');
	await utimes(file, then, then);
	git('add', '.');
	git('commit', '-qm', 'first');
	await utimes(path.join(folder, '.git/index'), then, then);
	await writeFile(file, 'b\n');
	await utimes(file, then, then);
	expect((await diffOf()).answer.json.patch).toContain('+b');
});

test('a repository without a commit shows everything as new', async () => {
	git('init', '-q');
	await writeFile(path.join(folder, 'a'), 'a\n');
	expect((await diffOf()).answer.json.patch).toContain('+a');
});

test('outside of a work tree it says so', async () => {
	const {answer} = await diffOf();
	expect(answer).toMatchObject({
		status: 422,
		json: {detail: `${folder} is not in a git work tree`},
	});
});

test('a repository’s own programs are not run', async () => {
	git('init', '-q');
	await writeFile(path.join(folder, 'a'), 'a\n');
	await writeFile(path.join(folder, '.gitattributes'), '* diff=evil\n');
	git('add', '.');
	git('commit', '-qm', 'first');
	git('config', 'diff.external', `touch ${folder}/ran`);
	git('config', 'diff.evil.textconv', `touch ${folder}/ran; cat`);
	await writeFile(path.join(folder, 'a'), 'b\n');
	expect((await diffOf()).answer.json.patch).toContain('+b');
	await expect(readFile(path.join(folder, 'ran'))).rejects.toThrow();
});

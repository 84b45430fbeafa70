import {copyFile, mkdtemp, rm, stat, utimes} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {FleetError} from '../../errors.ts';
import {git, type GitOptions} from './git.ts';

export type WorkTreeDiff = {
	/** The work tree that the path lies in. */
	root: string;
	/** A unified diff against the last commit, new files included; paths are relative to `root`. */
	patch: string;
	isCut: boolean;
};

const maxPatchBytes = 4 * 1024 * 1024;

/**
 * What changed below a path since the last commit, whether it was added to the index or not. The
 * agent's own index is left alone: new files are noted in a copy. Rejects with `failed` outside of a
 * git work tree.
 */
export const workTreeDiff = async (file: string, signal: AbortSignal): Promise<WorkTreeDiff> => {
	const found = await stat(file).catch(() => null);
	if (found === null) throw new FleetError('failed', `there is no ${file} on the host`);
	const cwd = found.isDirectory() ? file : path.dirname(file);
	const options = {cwd, signal};
	const [root = '', index = ''] = await lines(
		['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-path', 'index'],
		options,
		`${file} is not in a git work tree`,
	);
	const scratch = await mkdtemp(path.join(os.tmpdir(), 'fleet-diff-'));
	try {
		const copy = path.join(scratch, 'index');
		await copyIndex(index, copy);
		const env = {GIT_INDEX_FILE: copy};
		await git(['add', '--intent-to-add', '--', file], {...options, env});
		const {stdout, stderr, code, isCut} = await git(
			[
				'-c',
				'core.quotePath=false',
				'diff',
				'--no-color',
				'--no-ext-diff',
				'--no-textconv',
				'--find-renames',
				'--src-prefix=a/',
				'--dst-prefix=b/',
				await lastTree(options),
				'--',
				file,
			],
			{...options, env, maxBytes: maxPatchBytes},
		);
		if (code !== 0)
			throw new FleetError('failed', stderr.trim().split('\n').at(-1) ?? 'git failed');
		return {root, patch: stdout, isCut};
	} finally {
		await rm(scratch, {recursive: true, force: true});
	}
};

/**
 * A repository that never had an index gets none. The copy is as old as the original: git looks into
 * a file whose time is not before the index's, however alike its size and time are, and a newer copy
 * would hide an edit made within the second of the last `git add`.
 */
const copyIndex = async (index: string, copy: string): Promise<void> => {
	const original = await stat(index).catch(() => null);
	if (original === null) return;
	await copyFile(index, copy);
	await utimes(copy, original.atime, Math.floor(original.mtimeMs / 1000));
};

/** The last commit; in a repository without one, the empty tree. */
const lastTree = async (options: GitOptions): Promise<string> => {
	const head = await git(['rev-parse', '--verify', '--quiet', 'HEAD'], options);
	if (head.code === 0) return head.stdout.trim();
	const [tree = ''] = await lines(
		['hash-object', '-t', 'tree', '/dev/null'],
		options,
		'git failed',
	);
	return tree;
};

const lines = async (args: string[], options: GitOptions, failure: string): Promise<string[]> => {
	const {code, stdout} = await git(args, options);
	if (code !== 0) throw new FleetError('failed', failure);
	return stdout.trimEnd().split('\n');
};

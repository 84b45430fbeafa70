import {
	chmodSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	renameSync,
	rmdirSync,
	unlinkSync,
} from 'node:fs';
import {numberedCopy} from '../conflict-name.ts';
import {
	contentOf,
	isExecutable,
	isFile,
	isFolder,
	isLink,
	sameContent,
	type Signature,
} from '../entry.ts';
import {isPlainPath, joinPath, nameOf, nativePath, parentOf, type BytePath} from '../path.ts';
import type {Operation, Put} from '../plan/operation.ts';
import type {EndpointContext} from './context.ts';
import type {Commit, CommitReply, OperationResult} from './endpoint.ts';
import {fingerprintOf} from './fingerprint.ts';
import type {Folders} from './folders.ts';
import {staysInside} from './link-target.ts';
import {look} from './look.ts';
import {isExecutableMode} from './read-stable.ts';
import {remember, type Written} from './remember.ts';
import {createStager} from './stage.ts';
import type {TrashRow} from './store.ts';
import type {Rescue, Trash} from './trash.ts';
import type {WorkArea} from './work-area.ts';

/** What was done, and the folders in which it was. */
export type Committed = CommitReply & {touched: BytePath[]};

type Outcome = OperationResult extends infer R
	? R extends unknown
		? Omit<R, 'path'>
		: never
	: never;

const done: Outcome = {status: 'done'};
const stale: Outcome = {status: 'stale'};
const refused = (reason: string): Outcome => ({status: 'refused', reason});

// Small, so that little time passes between the look before and the step itself.
const groupSize = 64;

/** Does the operations of one transaction, in order; what one of them meets stops no other. */
export const commitOperations = (
	context: EndpointContext,
	area: WorkArea,
	trash: Trash,
	folders: Folders,
	clock: () => number,
	commit: Commit,
): Committed => {
	const {store, rename, step, matcher} = context;
	const stager = createStager(context, area, commit);
	const rescued: Rescue[] = [];
	const made: BytePath[] = [];
	const written: Written = new Map();

	const permits = (operation: Operation): string | undefined => {
		const paths = [operation.path];
		if (operation.kind === 'aside') paths.push(operation.to);
		if (operation.kind === 'put' && operation.copy !== undefined) paths.push(operation.copy);
		if (!paths.every(isPlainPath)) return 'is no path inside the root';
		const isDirectory = operation.kind === 'mkdir' || operation.kind === 'rmdir';
		if (paths.some(path => matcher.verdictFromRoot(path, isDirectory) !== 'keep')) {
			return 'is left out on this side';
		}

		if (operation.kind === 'put' && !isFile(operation.signature) && !isLink(operation.signature)) {
			return 'is neither a file nor a link';
		}

		const escapes =
			operation.kind === 'put' &&
			isLink(operation.signature) &&
			!staysInside(operation.path, contentOf(operation.signature));
		return escapes ? 'is a link that leaves the root' : undefined;
	};

	const attempt = (operation: Operation, act: () => Outcome): OperationResult => {
		const {path} = operation;
		try {
			return {path, ...act()} as OperationResult;
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code;
			if (code === undefined) throw error;
			if (code === 'ENOENT' || code === 'EEXIST' || code === 'EISDIR')
				return {path, status: 'stale'};
			if (code === 'ENOTDIR' || code === 'ELOOP') {
				// What stands above it was a folder to the plan: a link, or a file, took its place.
				folders.forget(parentOf(path));
				return {path, status: 'stale'};
			}

			return {path, status: 'failed', code};
		}
	};

	const put = (operation: Put): (() => Outcome) => {
		const staged = stager.stage(operation);
		if (staged === undefined) return () => stale;
		const discard = () => unlinkSync(nativePath(staged));
		const {path, expected, signature, copy} = operation;
		const target = folders.reach(path);
		const refusal = linkInTheWay(target);
		if (refusal !== undefined) {
			discard();
			return () => refusal;
		}

		const seen = fingerprintOf(lstatSync(nativePath(staged)));
		if (expected === undefined) {
			return () => {
				step('create');
				try {
					rename.noReplace(nativePath(staged), target);
				} catch (error) {
					const found = look(target);
					discard();
					if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
					if (found?.signature === signature) return done;
					return isSpelledSo(path)
						? stale
						: refused('differs only in case from a name that is there');
				}

				written.set(path, {signature, seen, nowMs: clock()});
				return done;
			};
		}

		step('look before');
		const found = look(target);
		if (found === undefined || found.signature !== expected) {
			discard();
			return () => (found?.signature === signature ? done : stale);
		}

		keepMode(staged, target, signature);
		const row = journal(operation, copy, signature);
		return () => {
			step('stage into slot');
			renameSync(nativePath(staged), trash.slotPath(row.slot));
			const took = replace(row, target);
			if (!took) return stale;
			store.addDone(commit.txn, path);
			written.set(path, {signature, seen, nowMs: clock()});
			const rescue = trash.settle(row, folders);
			if (rescue === undefined) return done;
			written.set(rescue.copy, undefined);
			if (copy === undefined) rescued.push(rescue);
			return {status: 'done', copy: rescue.copy};
		};
	};

	// A rule that copies what links point at never writes through one, nor over it.
	const linkInTheWay = (target: string | Buffer): Outcome | undefined =>
		context.settings.dereferenceSymlinks &&
		lstatSync(target, {throwIfNoEntry: false})?.isSymbolicLink() === true
			? refused('is a link on this side')
			: undefined;

	const isSpelledSo = (path: BytePath): boolean =>
		readdirSync(nativePath(joinPath(context.root, parentOf(path))), {encoding: 'latin1'}).includes(
			nameOf(path),
		);

	/** Puts what is in the slot in place of the target, and the target into the slot. */
	const replace = (row: TrashRow, target: string | Buffer): boolean => {
		const slot = trash.slotPath(row.slot);
		try {
			step('exchange');
			if (rename.exchange(slot, target)) return true;
		} catch (error) {
			unlinkSync(slot);
			store.dropTrash(row.id);
			throw error;
		}

		return replaceByRenames(row, target);
	};

	const replaceByRenames = (row: TrashRow, target: string | Buffer): boolean => {
		const slot = trash.slotPath(row.slot);
		const waiting = nativePath(`${area.stage}/${row.slot}`);
		step('free slot');
		renameSync(slot, waiting);
		try {
			step('rename aside');
			renameSync(target, slot);
		} catch (error) {
			unlinkSync(waiting);
			store.dropTrash(row.id);
			throw error;
		}

		try {
			step('fill name');
			rename.noReplace(waiting, target);
			return true;
		} catch (error) {
			unlinkSync(waiting);
			// Somebody took the name meanwhile: that stays, and what was displaced is looked at as ever.
			const rescue = trash.settle(row, folders);
			if (rescue !== undefined) rescued.push(rescue);
			if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
			throw error;
		}
	};

	const journal = (
		{path, expected}: {path: BytePath; expected?: Signature | undefined},
		copy: BytePath | undefined,
		replacement: Signature | undefined,
	): TrashRow => {
		const atMs = context.now().getTime();
		const slot = `${commit.txn}-${slotCounter++}-${nameOf(path).slice(0, 100)}`;
		const row = {txn: commit.txn, path, slot, expected: expected!, replacement, copy, atMs};
		const id = store.addTrash(row);
		return {...row, id, pending: true, fingerprint: undefined, racy: true};
	};
	let slotCounter = 0;

	const remove = (operation: Extract<Operation, {kind: 'remove'}>): (() => Outcome) => {
		const {path, expected} = operation;
		const target = folders.reach(path);
		step('look before');
		const refusal = linkInTheWay(target);
		if (refusal !== undefined) return () => refusal;
		const found = look(target);
		if (found === undefined) return () => done;
		if (found.signature !== expected) return () => stale;
		const row = journal(operation, undefined, undefined);
		return () => {
			step('remove');
			try {
				renameSync(target, trash.slotPath(row.slot));
			} catch (error) {
				store.dropTrash(row.id);
				if ((error as NodeJS.ErrnoException).code === 'ENOENT') return done;
				throw error;
			}

			store.addDone(commit.txn, path);
			written.set(path, undefined);
			folders.forget(path);
			const rescue = trash.settle(row, folders);
			if (rescue === undefined) return done;
			rescued.push(rescue);
			return rescue.copy === path ? stale : done;
		};
	};

	const prepare = (operation: Operation): (() => Outcome) => {
		const refusal = permits(operation);
		if (refusal !== undefined) return () => refused(refusal);
		switch (operation.kind) {
			case 'put':
				return put(operation);
			case 'remove':
				return remove(operation);
			case 'aside':
				return () => aside(operation);
			case 'rmdir':
				return () => removeFolder(operation.path);
			case 'mkdir':
				return () => makeFolder(operation.path);
			case 'mode':
				return () => changeMode(operation);
		}
	};

	const aside = (operation: Extract<Operation, {kind: 'aside'}>): Outcome => {
		const target = folders.reach(operation.path);
		step('look before');
		if (look(target)?.signature !== operation.expected) return stale;
		for (let attempt = 0; ; attempt++) {
			const to = attempt === 0 ? operation.to : numberedCopy(operation.to, attempt);
			try {
				step('move aside');
				rename.noReplace(target, folders.reach(to));
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === 'EEXIST' && attempt < 1000) continue;
				throw error;
			}

			folders.forget(operation.path);
			written.set(operation.path, undefined);
			written.set(to, undefined);
			return {status: 'done', copy: to};
		}
	};

	const removeFolder = (path: BytePath): Outcome => {
		const target = folders.reach(path);
		folders.forget(path);
		try {
			step('remove folder');
			rmdirSync(target);
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code;
			if (code === 'ENOTEMPTY' || code === 'EEXIST') return {status: 'kept'};
			if (code === 'ENOTDIR') return stale;
			if (code !== 'ENOENT') throw error;
		}

		written.set(path, undefined);
		return done;
	};

	const makeFolder = (path: BytePath): Outcome => {
		const target = folders.reach(path);
		folders.forget(path);
		try {
			step('make folder');
			mkdirSync(target);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
			if (!isFolder(look(target)?.signature)) return stale;
		}

		written.set(path, undefined);
		made.push(path);
		return done;
	};

	const changeMode = (operation: Extract<Operation, {kind: 'mode'}>): Outcome => {
		const target = folders.reach(operation.path);
		step('look before');
		const found = look(target);
		if (found === undefined || !sameContent(found.signature, operation.signature)) return stale;
		const {mode} = lstatSync(target);
		step('change mode');
		chmodSync(target, withExecutable(mode, isExecutable(operation.signature)));
		written.set(operation.path, undefined);
		return done;
	};

	const results: OperationResult[] = [];
	for (let at = 0; at < commit.operations.length; at += groupSize) {
		const group = commit.operations.slice(at, at + groupSize);
		// A folder must be there, or gone, before what comes after it is looked at.
		const structural = group.some(({kind}) => kind !== 'put' && kind !== 'remove');
		if (structural) {
			for (const operation of group) results.push(attempt(operation, () => prepare(operation)()));
			continue;
		}

		const acts = store.transaction(() => group.map(operation => prepared(operation)));
		store.transaction(() => {
			for (const [index, operation] of group.entries()) {
				results.push(attempt(operation, acts[index]!));
			}
		});
	}

	step('remember');
	return {results, rescued, ...store.transaction(() => remember(store, folders, written, made))};

	function prepared(operation: Operation): () => Outcome {
		let act: () => Outcome = () => stale;
		const failure = attempt(operation, () => {
			act = prepare(operation);
			return done;
		});
		return failure.status === 'done' ? act : () => failure;
	}
};

const withExecutable = (mode: number, executable: boolean): number =>
	executable ? (mode & 0o7777) | ((mode & 0o444) >> 2) : mode & 0o7666;

/** The permissions of what is replaced stay; only the executable bit is the content's own. */
function keepMode(staged: BytePath, target: string | Buffer, signature: Signature): void {
	if (!isFile(signature)) return;
	const stat = lstatSync(target);
	if (!stat.isFile()) return;
	const mode = withExecutable(stat.mode, isExecutable(signature));
	if (isExecutableMode(mode) === isExecutable(signature))
		chmodSync(nativePath(staged), mode & 0o777);
}

import {renameSync, unlinkSync} from 'node:fs';
import {nativePath} from '../../path.ts';
import type {Put} from '../../plan/operation.ts';
import {look} from '../look.ts';
import {journal, linkInTheWay, replace} from './displace.ts';
import type {Staged} from '../stage.ts';
import {keepMode} from './mode.ts';
import {isSpelledSo, otherSpelling} from './spelling.ts';
import {done, stale, type Act} from './outcome.ts';
import type {Transaction} from './transaction.ts';

/** Makes a file or link ready beside its place; the step that is returned puts it there. */
export const preparePut = (transaction: Transaction, put: Put): Act => {
	const {context, folders, stager} = transaction;
	const staged = stager.stage(put);
	if (staged === undefined) return () => stale;
	const target = folders.reach(put.path);
	const refusal = linkInTheWay(context, target);
	if (refusal !== undefined) {
		unlinkSync(nativePath(staged.file));
		return () => refusal;
	}

	return put.expected === undefined
		? create(transaction, put, {...staged, target})
		: overwrite(transaction, {...put, expected: put.expected}, {...staged, target});
};

type Place = Staged & {target: string | Buffer};

/** The step that gives a staged file a name that nothing has. */
export function create(
	{context, clock, written}: Transaction,
	{path, signature}: Put,
	{file, seen, target}: Place,
): Act {
	const {step, rename} = context;
	const staged = nativePath(file);
	return () => {
		step('create');
		try {
			rename.noReplace(staged, target);
		} catch (error) {
			const found = look(target);
			unlinkSync(staged);
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
			if (!isSpelledSo(context.root, path)) return otherSpelling;
			return found?.signature === signature ? done : stale;
		}

		written.set(path, {signature, seen, nowMs: clock()});
		return done;
	};
}

function overwrite(
	transaction: Transaction,
	{path, expected, signature, copy}: Put & {expected: string},
	{file, seen, target}: Place,
): Act {
	const {context, trash, folders, clock, rescued, written} = transaction;
	const {step} = context;
	const staged = nativePath(file);
	step('look before');
	const found = look(target);
	if (found === undefined || found.signature !== expected) {
		unlinkSync(staged);
		return () => (found?.signature === signature ? done : stale);
	}

	keepMode(staged, target, signature);
	const row = journal(transaction, {path, expected, replacement: signature, copy});
	return () => {
		step('stage into slot');
		renameSync(staged, trash.slotPath(row.slot));
		if (!replace(transaction, row, target)) return stale;
		written.set(path, {signature, seen, nowMs: clock()});
		const rescue = trash.settle(row, folders);
		if (rescue === undefined) return done;
		written.set(rescue.copy, undefined);
		if (copy === undefined) rescued.push(rescue);
		return {status: 'done', copy: rescue.copy};
	};
}

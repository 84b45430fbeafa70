import {lstatSync, renameSync, unlinkSync} from 'node:fs';
import type {Signature} from '../../entry.ts';
import {nameOf, type BytePath} from '../../path.ts';
import type {EndpointContext} from '../context.ts';
import type {TrashRow} from '../store.ts';
import {refused, type Outcome} from './outcome.ts';
import type {Transaction} from './transaction.ts';

/** Writes down what is about to be displaced, so that a crash leaves nothing without a name. */
export const journal = (
	{context, area, txn, nextSlot}: Transaction,
	displaced: {
		path: BytePath;
		expected: Signature;
		replacement: Signature | undefined;
		copy: BytePath | undefined;
	},
): TrashRow => {
	const name = `${txn}-${nextSlot()}-${nameOf(displaced.path).slice(0, 100)}`;
	const slot = area.slotFor(displaced.path, name);
	const row = {...displaced, txn, slot, atMs: context.now().getTime()};
	const id = context.store.addTrash(row);
	return {...row, id, pending: true, fingerprint: undefined, racy: true};
};

/** Puts what is in the slot in place of the target, and the target into the slot; false: somebody took the name. */
export const replace = (
	transaction: Transaction,
	row: TrashRow,
	target: string | Buffer,
): boolean => {
	const {context, trash} = transaction;
	const slot = trash.slotPath(row.slot);
	try {
		context.step('exchange');
		if (context.rename.exchange(slot, target)) return true;
	} catch (error) {
		unlinkSync(slot);
		context.store.dropTrash(row.id);
		throw error;
	}

	return replaceByRenames(transaction, row, target);
};

/** For file systems without an exchange: the name is free for a moment. */
function replaceByRenames(
	{context, area, trash, folders, rescued}: Transaction,
	row: TrashRow,
	target: string | Buffer,
): boolean {
	const {step, rename, store} = context;
	const slot = trash.slotPath(row.slot);
	const waiting = area.waitingFor(row.path, row.slot);
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
		if ((error as NodeJS.ErrnoException).code === undefined) throw error;
		// Somebody took the name meanwhile: that stays, and what was displaced is looked at as ever.
		const rescue = trash.settle(row, folders);
		if (rescue !== undefined) rescued.push(rescue);
		// Last: until then it tells that it never got the name.
		unlinkSync(waiting);
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	}
}

/** A rule that copies what links point at never writes through one, nor over it. */
export const linkInTheWay = (
	{settings}: EndpointContext,
	target: string | Buffer,
): Outcome | undefined =>
	settings.dereferenceSymlinks &&
	lstatSync(target, {throwIfNoEntry: false})?.isSymbolicLink() === true
		? refused('is a link on this side')
		: undefined;

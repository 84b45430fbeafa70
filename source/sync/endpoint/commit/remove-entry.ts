import {renameSync} from 'node:fs';
import type {Operation} from '../../plan/operation.ts';
import {look} from '../look.ts';
import {journal, linkInTheWay} from './displace.ts';
import {done, stale, type Act} from './outcome.ts';
import type {Transaction} from './transaction.ts';

/** Looks at what is to go; the step that is returned takes it to the trash. */
export const prepareRemove = (
	transaction: Transaction,
	{path, expected}: Extract<Operation, {kind: 'remove'}>,
): Act => {
	const {context, trash, folders, rescued, written} = transaction;
	const {step, store} = context;
	const target = folders.reach(path);
	step('look before');
	const refusal = linkInTheWay(context, target);
	if (refusal !== undefined) return () => refusal;
	const found = look(target);
	if (found === undefined) return () => done;
	if (found.signature !== expected) return () => stale;
	const row = journal(transaction, {path, expected, replacement: undefined, copy: undefined});
	return () => {
		step('remove');
		try {
			renameSync(target, trash.slotPath(row.slot));
		} catch (error) {
			store.dropTrash(row.id);
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') return done;
			throw error;
		}

		written.set(path, undefined);
		folders.forget(path);
		const rescue = trash.settle(row, folders);
		if (rescue === undefined) return done;
		rescued.push(rescue);
		return rescue.copy === path ? stale : done;
	};
};

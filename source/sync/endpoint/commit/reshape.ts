import {chmodSync, lstatSync, mkdirSync, rmdirSync} from 'node:fs';
import {numberedCopy} from '../../conflict-name.ts';
import {isExecutable, isFolder, sameContent} from '../../entry.ts';
import type {BytePath} from '../../path.ts';
import type {Operation} from '../../plan/operation.ts';
import {look} from '../look.ts';
import {withExecutable} from './mode.ts';
import {done, stale, type Outcome} from './outcome.ts';
import {isSpelledSo, otherSpelling} from './spelling.ts';
import type {Transaction} from './transaction.ts';

/** Renames what is in a name's way. */
export const moveAside = (
	{context, folders, written}: Transaction,
	operation: Extract<Operation, {kind: 'aside'}>,
): Outcome => {
	const {step, rename} = context;
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

/** Removes a folder that is empty; one that still holds something is kept. */
export const removeFolder = ({context, folders, written}: Transaction, path: BytePath): Outcome => {
	const target = folders.reach(path);
	folders.forget(path);
	try {
		context.step('remove folder');
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

/** Makes a folder; one that is there is as good. */
export const makeFolder = (
	{context, folders, written, made}: Transaction,
	path: BytePath,
): Outcome => {
	const target = folders.reach(path);
	folders.forget(path);
	try {
		context.step('make folder');
		mkdirSync(target);
		made.push(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		if (!isFolder(look(target)?.signature)) return stale;
		if (!isSpelledSo(context.root, path)) return otherSpelling;
	}

	written.set(path, undefined);
	return done;
};

/** Gives a file the executable bit, or takes it away. */
export const changeMode = (
	{context, folders, written}: Transaction,
	operation: Extract<Operation, {kind: 'mode'}>,
): Outcome => {
	const target = folders.reach(operation.path);
	context.step('look before');
	const found = look(target);
	if (found === undefined || !sameContent(found.signature, operation.signature)) return stale;
	const {mode} = lstatSync(target);
	context.step('change mode');
	chmodSync(target, withExecutable(mode, isExecutable(operation.signature)));
	written.set(operation.path, undefined);
	return done;
};

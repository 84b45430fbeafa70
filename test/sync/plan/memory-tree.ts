import {isFolder, type Entry, type Signature} from '../../../source/sync/entry.ts';
import {parentOf} from '../../../source/sync/path.ts';
import type {Difference, Operation} from '../../../source/sync/plan/operation.ts';

/** A side as a plan sees it: path to signature. */
export type MemoryTree = Map<string, Signature>;

export const tree = (entries: Record<string, Signature>): MemoryTree =>
	new Map(Object.entries(entries));

const entry = (signature: Signature | undefined): Entry | undefined =>
	signature === undefined ? undefined : {signature, size: signature.length, mtimeMs: 0};

export const differencesOf = (
	base: MemoryTree,
	local: MemoryTree,
	remote: MemoryTree,
): Map<string, Difference> => {
	const found = new Map<string, Difference>();
	for (const path of new Set([...base.keys(), ...local.keys(), ...remote.keys()])) {
		const [o, l, r] = [base.get(path), local.get(path), remote.get(path)];
		if (l !== o || r !== o) found.set(path, {base: o, local: entry(l), remote: entry(r)});
	}

	return found;
};

/** Does what the operation says, and throws where a file system would refuse. */
export const perform = (side: MemoryTree, operation: Operation): void => {
	const {path} = operation;
	const found = side.get(path);
	const below = [...side.keys()].filter(other => other.startsWith(`${path}/`));
	const expect = (signature: Signature | undefined) => {
		if (found !== signature) throw new Error(`${path}: ${found} where ${signature} was expected`);
	};

	const needParent = (child: string) => {
		const parent = parentOf(child);
		if (parent !== '' && !isFolder(side.get(parent))) throw new Error(`${child}: no folder above`);
	};

	switch (operation.kind) {
		case 'aside':
			expect(operation.expected);
			if (side.has(operation.to)) throw new Error(`${operation.to} is taken`);
			for (const other of [path, ...below]) {
				side.set(operation.to + other.slice(path.length), side.get(other)!);
				side.delete(other);
			}

			break;
		case 'remove':
			expect(operation.expected);
			side.delete(path);
			break;
		case 'rmdir':
			expect('d');
			if (below.length > 0) throw new Error(`${path} is not empty: ${below.join(' ')}`);
			side.delete(path);
			break;
		case 'mkdir':
			expect(undefined);
			needParent(path);
			side.set(path, 'd');
			break;
		case 'put':
			expect(operation.expected);
			needParent(path);
			if (operation.copy !== undefined) side.set(operation.copy, found!);
			side.set(path, operation.signature);
			break;
		case 'mode':
			expect(operation.expected);
			side.set(path, operation.signature);
			break;
	}
};

export const target = (operation: Operation): Signature | undefined =>
	operation.kind === 'mkdir'
		? 'd'
		: operation.kind === 'put' || operation.kind === 'mode'
			? operation.signature
			: undefined;

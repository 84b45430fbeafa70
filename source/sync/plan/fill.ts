import {isFile, type Signature} from '../entry.ts';
import {insideGit} from '../matcher.ts';
import {joinPath, nameOf, parentOf, type BytePath} from '../path.ts';
import type {Operation, Put} from './operation.ts';

export type FilledFile = [name: BytePath, signature: Signature, size: number, mtimeMs: number];

/** A folder of which a side has nothing, and files in it: made beside the tree, and moved there in one step. */
export type Fill = {kind: 'fill'; path: BytePath; files: FilledFile[]};

/** What a side does in one go. */
export type Step = Operation | Fill;

type Gathering = {
	/** Paths of which the other side does something too. */
	halves: ReadonlySet<BytePath>;
	isSmall: (put: Put) => boolean;
	/** A folder of which more is to be filled than one call carries is filled file by file. */
	most: {files: number; bytes: number};
};

/**
 * Takes new folders and the new small files in them together, in the order of the operations. What a
 * repository holds keeps an order of its own. Pure.
 */
export const gatherFills = (
	operations: readonly Operation[],
	{halves, isSmall, most}: Gathering,
): Step[] => {
	const fills = new Map<BytePath, Fill>();
	const bytes = new Map<BytePath, number>();
	/** What is at these paths must go first. */
	const taken = new Set<BytePath>();
	for (const {kind, path} of operations) {
		if (kind === 'mkdir' && !halves.has(path)) fills.set(path, {kind: 'fill', path, files: []});
		else if (kind !== 'mkdir' && kind !== 'put') taken.add(path);
	}

	for (const path of taken) fills.delete(path);
	if (fills.size === 0) return [...operations];
	const canBeFilled = (put: Put): boolean =>
		put.expected === undefined &&
		isFile(put.signature) &&
		isSmall(put) &&
		!taken.has(put.path) &&
		!halves.has(put.path) &&
		!insideGit(put.path);
	const gathered = new Set<Step>();
	for (const operation of operations) {
		if (operation.kind !== 'put' || !canBeFilled(operation)) continue;
		const {path, signature, size, mtimeMs} = operation;
		const folder = parentOf(path);
		const fill = fills.get(folder);
		if (fill === undefined) continue;
		gathered.add(operation);
		fill.files.push([nameOf(path), signature, size, mtimeMs]);
		bytes.set(folder, (bytes.get(folder) ?? 0) + size);
	}

	for (const [folder, {files}] of fills) {
		const isTooMuch = files.length > most.files || (bytes.get(folder) ?? 0) > most.bytes;
		if (files.length === 0 || isTooMuch) fills.delete(folder);
	}

	const steps: Step[] = [];
	for (const operation of operations) {
		if (operation.kind === 'mkdir') steps.push(fills.get(operation.path) ?? operation);
		else if (!gathered.has(operation) || !fills.has(parentOf(operation.path)))
			steps.push(operation);
	}

	return steps;
};

/** A file, or a link, that a step brings. */
export type StepFile = {path: BytePath; signature: Signature; size: number};

/** All that steps bring, in their order: packs name them by their number. */
export const filesOf = (steps: readonly Step[]): StepFile[] => {
	const files: StepFile[] = [];
	for (const step of steps) {
		if (step.kind === 'put') files.push(step);
		if (step.kind !== 'fill') continue;
		for (const [name, signature, size] of step.files) {
			files.push({path: joinPath(step.path, name), signature, size});
		}
	}

	return files;
};

/** The operations that a step stands for. */
export const operationsOf = (step: Step): Operation[] =>
	step.kind === 'fill' ? [{kind: 'mkdir', path: step.path}, ...putsOf(step)] : [step];

/** The files that a step brings. */
export const putsOf = (step: Step): Put[] => {
	if (step.kind === 'put') return [step];
	if (step.kind !== 'fill') return [];
	return step.files.map(([name, signature, size, mtimeMs]) => ({
		kind: 'put',
		path: joinPath(step.path, name),
		signature,
		size,
		mtimeMs,
		expected: undefined,
		copy: undefined,
	}));
};

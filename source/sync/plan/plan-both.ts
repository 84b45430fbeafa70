import {conflictName} from '../conflict-name.ts';
import {
	contentOf,
	fileSignature,
	isExecutable,
	isFile,
	isFolder,
	sameContent,
	type Entry,
} from '../entry.ts';
import type {BytePath} from '../path.ts';
import {decide, type Decision} from './decide.ts';
import {otherSide, type Difference, type PlanRule, type Side} from './operation.ts';
import type {PlanDraft} from './draft.ts';
import {foldersAbove} from './tree.ts';

/** Fills the draft for a rule that goes both ways. */
export const planBoth = (
	differences: ReadonlyMap<BytePath, Difference>,
	rule: PlanRule,
	draft: PlanDraft,
): void => {
	const decisions = new Map<BytePath, Decision>();
	for (const [path, difference] of differences) {
		if (!draft.waits(path)) decisions.set(path, decide(difference, rule.owner));
	}

	const outcome = (path: BytePath): Entry | undefined => {
		const decision = decisions.get(path)!;
		const difference = differences.get(path)!;
		switch (decision.kind) {
			case 'agreed':
				return difference.local;
			case 'from':
				return difference[decision.side];
			case 'conflict':
				return difference[decision.keeps];
			case 'merge':
				return difference[decision.content];
			case 'kept':
			case 'blocked':
				return undefined;
		}
	};

	const live = [...decisions.keys()].filter(path => outcome(path) !== undefined);
	const needed = foldersAbove(live, path => decisions.has(path));
	draft.refuseCollisions(live);

	for (const [path, decision] of decisions) {
		const difference = differences.get(path)!;
		if (draft.collides(path)) continue;
		if (decision.kind === 'blocked') draft.block(path, difference);
		else if (needed.has(path) && !isFolder(outcome(path)?.signature)) {
			makeFolder(path, difference, rule, draft);
		} else if (decision.kind === 'agreed') draft.agree(path, difference.local?.signature);
		else if (decision.kind === 'from') {
			bring(path, difference, decision.side, undefined, draft);
		} else if (decision.kind === 'merge') {
			merge(path, difference, decision.content, draft);
		} else if (decision.kind === 'conflict') {
			settle(path, difference, decision.keeps, rule, draft);
		}
	}
};

/** Something lives below it: it is a folder on both sides, and what is none there goes aside. */
function makeFolder(
	path: BytePath,
	difference: Difference,
	rule: PlanRule,
	draft: PlanDraft,
): void {
	for (const side of ['local', 'remote'] as const) {
		const there = difference[side];
		if (isFolder(there?.signature)) continue;
		if (there !== undefined) moveAside(path, there, side, rule, draft);
		draft.add(side, {kind: 'mkdir', path});
	}
}

/** The other side becomes like `from`. */
function bring(
	path: BytePath,
	difference: Difference,
	from: Side,
	copy: BytePath | undefined,
	draft: PlanDraft,
): void {
	const to = otherSide(from);
	const wanted = difference[from];
	const there = difference[to];
	const expected = there?.signature;
	if (wanted === undefined) {
		if (isFolder(expected)) draft.add(to, {kind: 'rmdir', path});
		else draft.add(to, {kind: 'remove', path, expected: expected!});
		return;
	}

	if (isFolder(wanted.signature)) {
		if (there !== undefined) draft.add(to, {kind: 'remove', path, expected: there.signature});
		draft.add(to, {kind: 'mkdir', path});
		return;
	}

	if (isFile(expected) && sameContent(wanted.signature, expected)) {
		draft.add(to, {kind: 'mode', path, signature: wanted.signature, expected: expected!});
		return;
	}

	const wasFolder = isFolder(expected);
	if (wasFolder) draft.add(to, {kind: 'rmdir', path});
	draft.add(to, {kind: 'put', path, ...wanted, expected: wasFolder ? undefined : expected, copy});
}

/** The content of one side under the executable bit of the other. */
function merge(path: BytePath, difference: Difference, content: Side, draft: PlanDraft): void {
	const from = difference[content]!;
	const to = difference[otherSide(content)]!;
	const signature = fileSignature(contentOf(from.signature), isExecutable(to.signature));
	const merged = {...from, signature};
	draft.add(otherSide(content), {
		kind: 'put',
		path,
		...merged,
		expected: to.signature,
		copy: undefined,
	});
	if (signature !== from.signature) {
		draft.add(content, {kind: 'mode', path, signature, expected: from.signature});
	}
}

function settle(
	path: BytePath,
	difference: Difference,
	keeps: Side,
	rule: PlanRule,
	draft: PlanDraft,
): void {
	const loses = otherSide(keeps);
	if (isFolder(difference[keeps]!.signature)) {
		moveAside(path, difference[loses]!, loses, rule, draft);
		draft.add(loses, {kind: 'mkdir', path});
		return;
	}

	const copy = rule.conflict === 'owner' ? undefined : conflictName(path, loses, rule.stamp);
	bring(path, difference, keeps, copy, draft);
	draft.conflict({path, copy, keeps});
}

function moveAside(
	path: BytePath,
	there: Entry,
	side: Side,
	rule: PlanRule,
	draft: PlanDraft,
): void {
	const to = conflictName(path, side, rule.stamp);
	draft.add(side, {kind: 'aside', path, to, expected: there.signature});
	draft.conflict({path, copy: to, keeps: otherSide(side)});
}

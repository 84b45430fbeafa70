import {conflictName, conflictOf} from '../conflict-name.ts';
import {isFile, isFolder, sameContent} from '../entry.ts';
import type {BytePath} from '../path.ts';
import {decideUp, type UpDecision} from './decide.ts';
import type {Difference, Drift, PlanRule} from './operation.ts';
import type {PlanDraft} from './draft.ts';
import {foldersAbove, isWithin} from './tree.ts';

/** Fills the draft for a rule that the laptop owns; nothing is ever done on the laptop. */
export const planUp = (
	differences: ReadonlyMap<BytePath, Difference>,
	rule: PlanRule,
	draft: PlanDraft,
): void => {
	const decisions = new Map<BytePath, UpDecision>();
	for (const [path, difference] of differences) {
		if (!draft.waits(path)) decisions.set(path, decideUp(difference));
	}

	const {asides, stays, held} = survey(differences, decisions);
	draft.refuseCollisions(
		[...differences].filter(([, {local}]) => local !== undefined).map(([path]) => path),
	);

	for (const [path, decision] of decisions) {
		const difference = differences.get(path)!;
		if (draft.collides(path)) continue;
		// What stands in a folder that goes aside goes with it.
		if (!asides.has(path) && isWithin(path, asides)) continue;
		// Where the host's own file keeps a folder's name, nothing can be put below it.
		if (!held.has(path) && isWithin(path, held)) continue;
		switch (decision.kind) {
			case 'agreed':
				draft.agree(path, difference.local?.signature);
				break;
			case 'blocked':
				draft.block(path, difference);
				break;
			case 'kept':
				break;
			case 'leave':
				draft.drift({path, change: changeOf(difference), copy: undefined});
				if (difference.base !== undefined) draft.agree(path, undefined);
				break;
			case 'restore':
				draft.drift({path, change: 'deleted', copy: undefined});
				send(path, difference, undefined, draft);
				break;
			case 'send':
				if (difference.local === undefined && stays.has(path)) {
					draft.agree(path, undefined);
					draft.drift({path, change: 'added', copy: undefined});
				} else {
					const copy = asides.has(path) ? conflictName(path, 'remote', rule.stamp) : undefined;
					send(path, difference, copy, draft);
				}

				break;
			case 'displace':
				displace(path, difference, held.has(path), rule, draft);
				break;
		}
	}
};

const changeOf = ({base}: Difference): Drift['change'] =>
	base === undefined ? 'added' : 'changed';

function survey(
	differences: ReadonlyMap<BytePath, Difference>,
	decisions: ReadonlyMap<BytePath, UpDecision>,
) {
	const asides = new Set<BytePath>();
	const left: BytePath[] = [];
	const outstanding = new Set<BytePath>();
	for (const [path, decision] of decisions) {
		const {local, remote} = differences.get(path)!;
		if (decision.kind === 'leave' || decision.kind === 'blocked') left.push(path);
		const original = local === undefined ? conflictOf(path) : undefined;
		if (original !== undefined) outstanding.add(original);
		if (decision.kind === 'displace' && isFolder(remote?.signature)) asides.add(path);
	}

	const stays = foldersAbove(left, path => decisions.has(path));
	// The laptop has a file where the host's folder holds something of its own.
	for (const path of stays) {
		const {local, remote} = differences.get(path)!;
		if (local !== undefined && !isFolder(local.signature) && isFolder(remote?.signature)) {
			asides.add(path);
		}
	}

	// A program on the host that writes it again and again would leave a copy each time.
	const held = new Set<BytePath>();
	for (const [path, decision] of decisions) {
		const isHeld = decision.kind === 'displace' && !decision.laptopChanged && outstanding.has(path);
		if (isHeld) held.add(path);
	}

	return {asides, stays, held};
}

function displace(
	path: BytePath,
	difference: Difference,
	isHeld: boolean,
	rule: PlanRule,
	draft: PlanDraft,
): void {
	if (isHeld) {
		draft.drift({path, change: 'changed', copy: undefined});
		return;
	}

	const copy = conflictName(path, 'remote', rule.stamp);
	const folders = isFolder(difference.local!.signature) || isFolder(difference.remote!.signature);
	const trashed = rule.conflict === 'owner' && !folders;
	send(path, difference, trashed ? undefined : copy, draft);
	draft.drift({path, change: changeOf(difference), copy: trashed ? undefined : copy});
}

/** The host becomes like the laptop; with `copy`, what is there goes aside under that name. */
function send(
	path: BytePath,
	{local, remote}: Difference,
	copy: BytePath | undefined,
	draft: PlanDraft,
): void {
	const expected = remote?.signature;
	if (local === undefined) {
		if (isFolder(expected)) draft.add('remote', {kind: 'rmdir', path});
		else draft.add('remote', {kind: 'remove', path, expected: expected!});
		return;
	}

	if (copy !== undefined && (isFolder(local.signature) || isFolder(expected))) {
		draft.add('remote', {kind: 'aside', path, to: copy, expected: expected!});
		send(path, {base: undefined, local, remote: undefined}, undefined, draft);
		return;
	}

	if (isFolder(local.signature)) {
		if (expected !== undefined) draft.add('remote', {kind: 'remove', path, expected});
		draft.add('remote', {kind: 'mkdir', path});
	} else if (isFile(expected) && sameContent(local.signature, expected)) {
		draft.add('remote', {kind: 'mode', path, signature: local.signature, expected: expected!});
	} else {
		if (isFolder(expected)) draft.add('remote', {kind: 'rmdir', path});
		const over = isFolder(expected) ? undefined : expected;
		draft.add('remote', {kind: 'put', path, ...local, expected: over, copy});
	}
}

import {
	isBlocked,
	isExecutable,
	isFile,
	isFolder,
	keptSignature,
	sameContent,
	type Signature,
} from '../entry.ts';
import {sides, type Difference, type Side} from './operation.ts';

/** What becomes of one path, before what stands below it has its say. */
export type Decision =
	| {kind: 'agreed'}
	/** That side's version, or its absence, goes to the other. */
	| {kind: 'from'; side: Side}
	/** Both changed: `keeps` has the name, the other version goes aside. */
	| {kind: 'conflict'; keeps: Side}
	/** One side has new content, the other a new executable bit: both get both. */
	| {kind: 'merge'; content: Side}
	/** A folder that is gone on one side and holds excluded files on the other. */
	| {kind: 'kept'}
	| {kind: 'blocked'};

const signatures = ({base, local, remote}: Difference) =>
	[base === keptSignature ? undefined : base, local?.signature, remote?.signature] as const;

const isKept = (
	base: Signature | undefined,
	local: Signature | undefined,
	remote: Signature | undefined,
): boolean =>
	base === keptSignature &&
	((local === undefined && isFolder(remote)) || (remote === undefined && isFolder(local)));

/**
 * The three-way table of a rule that goes both ways: the side that did not change yields, a
 * change beats a delete, a folder beats what is none, and else the owner keeps the name.
 */
export const decide = (difference: Difference, owner: Side): Decision => {
	const [base, local, remote] = signatures(difference);
	if (isBlocked(local) || isBlocked(remote)) return {kind: 'blocked'};
	if (local === remote) return {kind: 'agreed'};
	if (isKept(difference.base, local, remote)) return {kind: 'kept'};
	if (local === base) return {kind: 'from', side: 'remote'};
	if (remote === base) return {kind: 'from', side: 'local'};
	if (local === undefined) return {kind: 'from', side: 'remote'};
	if (remote === undefined) return {kind: 'from', side: 'local'};
	if (sameContent(local, remote)) {
		// Only the bit differs: whoever changed it has it.
		const changed = sides.find(side => isExecutable({local, remote}[side]) !== isExecutable(base));
		return {kind: 'from', side: isFile(base) && changed ? changed : owner};
	}

	if (isFile(local) && isFile(remote) && sameContent(remote, base)) {
		return {kind: 'merge', content: 'local'};
	}

	if (isFile(local) && isFile(remote) && sameContent(local, base)) {
		return {kind: 'merge', content: 'remote'};
	}

	if (isFolder(local)) return {kind: 'conflict', keeps: 'local'};
	if (isFolder(remote)) return {kind: 'conflict', keeps: 'remote'};
	return {kind: 'conflict', keeps: owner};
};

export type UpDecision =
	| {kind: 'agreed' | 'kept' | 'blocked'}
	/** The host did not touch it: the laptop's version goes there. */
	| {kind: 'send'}
	/** Only the host has it: it stays. */
	| {kind: 'leave'}
	/** The host deleted what the laptop has: it comes back. */
	| {kind: 'restore'}
	/** The host changed it: its version goes aside, the laptop's takes the name. */
	| {kind: 'displace'; laptopChanged: boolean};

/** The table of a rule that goes up: the laptop owns it, and nothing of the host's is lost. */
export const decideUp = (difference: Difference): UpDecision => {
	const [base, local, remote] = signatures(difference);
	if (isBlocked(local) || isBlocked(remote)) return {kind: 'blocked'};
	if (local === remote) return {kind: 'agreed'};
	if (isKept(difference.base, local, remote)) return {kind: 'kept'};
	if (remote === base) return {kind: 'send'};
	if (local === undefined) return {kind: 'leave'};
	if (remote === undefined) return {kind: 'restore'};
	if (sameContent(local, remote)) return {kind: 'send'};
	return {kind: 'displace', laptopChanged: local !== base};
};

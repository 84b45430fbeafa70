import fc from 'fast-check';
import {expect, test} from 'vitest';
import {isFolder, type Signature} from '../../../source/sync/entry.ts';
import {parentOf} from '../../../source/sync/path.ts';
import type {PlanRule} from '../../../source/sync/plan/operation.ts';
import {plan} from '../../../source/sync/plan/plan.ts';
import {differencesOf, perform, target, type MemoryTree} from './memory-tree.ts';

const paths = ['a', 'b', 'd', 'd/a', 'd/b', 'd/e', 'd/e/a', 'd/e/b'];

/** A tree in which everything stands in a folder; contents are few, so that sides often agree. */
const trees = fc
	.array(fc.constantFrom<Signature | undefined>(undefined, 'd', 'f1', 'f2', 'x1', 'f3', 'lto'), {
		minLength: paths.length,
		maxLength: paths.length,
	})
	.map(chosen => {
		const made: MemoryTree = new Map();
		for (const [index, path] of paths.entries()) {
			const parent = parentOf(path);
			const signature = chosen[index];
			if (signature !== undefined && (parent === '' || isFolder(made.get(parent)))) {
				made.set(path, signature);
			}
		}

		return made;
	});

const rules = fc.record<PlanRule>({
	direction: fc.constantFrom('up', 'bidi'),
	owner: fc.constantFrom('local', 'remote'),
	conflict: fc.constant('keep-both'),
	folds: fc.constant({local: false, remote: false}),
	stamp: fc.constant('20260102030405'),
});

/** Plans and performs until nothing is left to do; yields the number of rounds. */
const converge = (
	base: MemoryTree,
	local: MemoryTree,
	remote: MemoryTree,
	rule: PlanRule,
): number => {
	for (let round = 0; ; round++) {
		if (round > 4) throw new Error('does not come to rest');
		const differences = differencesOf(base, local, remote);
		const made = plan(differences, {...rule, stamp: `2026010203040${round}`});
		for (const [path, signature] of made.agreed) {
			if (signature === undefined) base.delete(path);
			else base.set(path, signature);
		}

		for (const [side, operations] of [
			[local, made.local],
			[remote, made.remote],
		] as const) {
			for (const operation of operations) {
				perform(side, operation);
				const now = target(operation);
				if (now === undefined) base.delete(operation.path);
				else base.set(operation.path, now);
			}
		}

		if (made.local.length + made.remote.length + made.agreed.length === 0) return round;
	}
};

const contents = (side: MemoryTree) =>
	new Set([...side.values()].filter(is => !isFolder(is)).map(is => is.slice(1)));

test('both ways: the sides become alike, and no new content is lost', () => {
	fc.assert(
		fc.property(trees, trees, trees, rules, (base, local, remote, rule) => {
			const fresh = [local, remote].flatMap(side =>
				[...side]
					.filter(([path, is]) => !isFolder(is) && is.slice(1) !== base.get(path)?.slice(1))
					.map(([, is]) => is.slice(1)),
			);
			converge(base, local, remote, {...rule, direction: 'bidi'});
			expect([...local].sort()).toEqual([...remote].sort());
			expect([...base].sort()).toEqual([...local].sort());
			for (const content of fresh) expect(contents(local)).toContain(content);
		}),
		{numRuns: 3000},
	);
});

test('up: the laptop is not touched, the host has all of it and all that was its own', () => {
	fc.assert(
		fc.property(trees, trees, trees, rules, (base, local, remote, rule) => {
			const before = [...local].sort();
			const own = [...remote]
				.filter(([path, is]) => !isFolder(is) && is.slice(1) !== base.get(path)?.slice(1))
				.map(([, is]) => is.slice(1));
			converge(base, local, remote, {...rule, direction: 'up'});
			expect([...local].sort()).toEqual(before);
			for (const [path, is] of local) expect([path, remote.get(path)]).toEqual([path, is]);
			for (const content of own) expect(contents(remote)).toContain(content);
		}),
		{numRuns: 3000},
	);
});

test('a plan does nothing where nothing differs', () => {
	fc.assert(
		fc.property(trees, rules, (both, rule) => {
			const made = plan(differencesOf(both, new Map(both), new Map(both)), rule);
			expect([...made.local, ...made.remote, ...made.agreed]).toEqual([]);
		}),
	);
});

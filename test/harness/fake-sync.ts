import type {OpenConflict, SyncDesk, SyncRuleView} from '../../source/sync/desk.ts';
import {startHealth, type RuleHealth} from '../../source/sync/engine/health.ts';

export type FakeSync = SyncDesk & {
	/** What was asked of it, in order: `sync`, `allow`, `resolve KEY local`. */
	calls: string[];
	/** The one rule is so from now on. */
	become(change: Partial<RuleHealth>): void;
	open(conflicts: OpenConflict[]): void;
	patch: string;
};

/** A desk of one rule that does what a test says. */
export const fakeSync = (): FakeSync => {
	const listeners = new Set<() => void>();
	let rule: SyncRuleView = {
		local: '/home/ann/dev',
		remote: '~/dev',
		direction: 'bidi',
		health: startHealth(Date.now()),
	};
	let conflicts: OpenConflict[] = [];
	const tell = () => {
		for (const listener of listeners) listener();
	};

	const sync: FakeSync = {
		calls: [],
		patch: '',
		get rules() {
			return [rule];
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		syncNow: ({allowDelete = false} = {}) => void sync.calls.push(allowDelete ? 'allow' : 'sync'),
		conflicts: () => conflicts,
		diff: async () => sync.patch,
		async resolve(key, keep) {
			sync.calls.push(`resolve ${key} ${keep}`);
			sync.open(conflicts.filter(conflict => conflict.key !== key));
		},
		become(change) {
			rule = {...rule, health: {...rule.health, ...change}};
			tell();
		},
		open(next) {
			conflicts = next;
			sync.become({conflicts: next.length});
		},
	};
	return sync;
};

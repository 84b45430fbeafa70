import type {CycleProgress} from './cycle.ts';
import type {CycleReport, HaltReason} from './report.ts';

/** What is known of a rule that is kept in step. Times are milliseconds of the laptop's clock. */
export type RuleHealth = {
	/** `waiting`: for the link. `failed`: it is tried again at `retryAt`. `halted`: for a person. */
	phase: 'starting' | 'looking' | 'moving' | 'in-step' | 'waiting' | 'halted' | 'failed';
	since: number;
	/** When both sides were last known alike. */
	inStepAt: number | undefined;
	moving: Extract<CycleProgress, {phase: 'moving'}> | undefined;
	conflicts: number;
	drift: number;
	/** Left alone, or failed. */
	blocked: number;
	halted: HaltReason | undefined;
	error: string | undefined;
	retryAt: number | undefined;
	/** Why a side is looked at in intervals rather than watched; undefined where events come. */
	polls: string | undefined;
};

export type HealthInput =
	| {kind: 'look'; at: number}
	| {kind: 'progress'; at: number; progress: CycleProgress}
	| {kind: 'report'; at: number; report: CycleReport; conflicts: number; isLeft: boolean}
	| {kind: 'failure'; at: number; message: string; retryAt: number}
	| {kind: 'link-lost'; at: number}
	| {kind: 'watching'; at: number; polls: string | undefined};

export const startHealth = (at: number): RuleHealth => ({
	phase: 'starting',
	since: at,
	inStepAt: undefined,
	moving: undefined,
	conflicts: 0,
	drift: 0,
	blocked: 0,
	halted: undefined,
	error: undefined,
	retryAt: undefined,
	polls: undefined,
});

/** The next state. A look that finds nothing leaves `in-step` as it is: nothing on the screen jumps. */
export const stepHealth = (health: RuleHealth, input: HealthInput): RuleHealth => {
	const enter = (phase: RuleHealth['phase'], change: Partial<RuleHealth> = {}): RuleHealth => ({
		...health,
		phase,
		since: health.phase === phase ? health.since : input.at,
		moving: undefined,
		halted: undefined,
		error: undefined,
		retryAt: undefined,
		...change,
	});
	switch (input.kind) {
		case 'look':
			return health.phase === 'in-step' || health.phase === 'moving' ? health : enter('looking');
		case 'progress':
			return input.progress.phase === 'moving' ? enter('moving', {moving: input.progress}) : health;
		case 'report': {
			const {report, conflicts, isLeft} = input;
			const found = {
				conflicts,
				drift: report.drift.length,
				blocked: report.blocked.length + report.failed.length,
			};
			if (report.halted !== undefined) return enter('halted', {...found, halted: report.halted});
			if (isLeft) return {...health, ...found};
			return enter('in-step', {...found, inStepAt: input.at});
		}

		case 'failure':
			return enter('failed', {error: input.message, retryAt: input.retryAt});
		case 'link-lost':
			return enter('waiting');
		case 'watching':
			return {...health, polls: input.polls};
	}
};

const order: ReadonlyArray<RuleHealth['phase']> = [
	'halted',
	'failed',
	'moving',
	'looking',
	'starting',
	'waiting',
	'in-step',
];

/** Many rules as one: the first phase in this order that any is in, counts added up. */
export const rollUpHealth = (rules: readonly RuleHealth[]): RuleHealth | undefined => {
	if (rules.length === 0) return undefined;
	const first = order.map(phase => rules.find(rule => rule.phase === phase)).find(Boolean)!;
	const sum = (key: 'conflicts' | 'drift' | 'blocked') =>
		rules.reduce((total, rule) => total + rule[key], 0);
	const stamps = rules.map(({inStepAt}) => inStepAt);
	return {
		...first,
		conflicts: sum('conflicts'),
		drift: sum('drift'),
		blocked: sum('blocked'),
		inStepAt: stamps.includes(undefined) ? undefined : Math.min(...(stamps as number[])),
	};
};

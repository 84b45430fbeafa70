import {shownPath} from '../path.ts';
import type {CycleProgress} from './cycle.ts';
import type {CycleReport, HaltReason, Held} from './report.ts';

/** What is known of a rule that is kept in step. Times are milliseconds of the laptop's clock. */
export type RuleHealth = {
	/** `waiting`: for the link. `failed`: it is tried again at `retryAt`. `halted`: for a person. */
	phase: 'starting' | 'looking' | 'moving' | 'in-step' | 'waiting' | 'halted' | 'failed';
	since: number;
	/** When both sides were last known alike. */
	inStepAt: number | undefined;
	moving: Extract<CycleProgress, {phase: 'moving'}> | undefined;
	/** When something of it moved last. */
	movedAt: number | undefined;
	conflicts: number;
	drift: number;
	/** Left alone. */
	blocked: number;
	/** Could not be written, and is tried again with the next look. */
	failed: number;
	halted: HaltReason | undefined;
	error: string | undefined;
	retryAt: number | undefined;
	/** Why a side is looked at in intervals rather than watched; undefined where events come. */
	polls: string | undefined;
};

export type HealthInput =
	| {kind: 'look'; at: number}
	| {kind: 'progress'; at: number; progress: CycleProgress}
	| {kind: 'report'; at: number; report: CycleReport; conflicts: number}
	| {kind: 'failure'; at: number; message: string; retryAt: number}
	| {kind: 'link-lost'; at: number}
	| {kind: 'watching'; at: number; polls: string | undefined};

export const startHealth = (at: number): RuleHealth => ({
	phase: 'starting',
	since: at,
	inStepAt: undefined,
	moving: undefined,
	movedAt: undefined,
	conflicts: 0,
	drift: 0,
	blocked: 0,
	failed: 0,
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
		movedAt: undefined,
		halted: undefined,
		error: undefined,
		retryAt: undefined,
		...change,
	});
	switch (input.kind) {
		case 'look':
			return isKept(health, input.at) ? health : enter('looking');
		case 'progress': {
			const {progress, at} = input;
			if (progress.phase !== 'moving') return health;
			const hasMoved =
				health.moving?.bytes !== progress.bytes || health.moving.files !== progress.files;
			return enter('moving', {moving: progress, movedAt: hasMoved ? at : health.movedAt});
		}

		case 'report': {
			const {report, conflicts} = input;
			const found = {
				conflicts,
				drift: report.drift.length,
				blocked: report.blocked.length,
				failed: report.failed.length,
			};
			if (report.halted !== undefined) return enter('halted', {...found, halted: report.halted});
			const isMoving = report.again.local.size + report.again.remote.size > 0;
			if (report.isCarrying) return {...health, ...found};
			const [held] = report.held.toSorted((a, b) => a.retryAt - b.retryAt);
			if (held !== undefined) {
				return enter('failed', {...found, error: heldText(held), retryAt: held.retryAt});
			}

			if (isMoving) return {...health, ...found};
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

const heldText = ({path, error}: Held): string =>
	path === undefined ? error.message : `${shownPath(path)}: ${error.message}`;

/** Nothing on the screen jumps for a look that will probably find nothing, or that is about something else. */
const isKept = ({phase, retryAt}: RuleHealth, at: number): boolean =>
	phase === 'in-step' || phase === 'moving' || (phase === 'failed' && retryAt! > at);

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
	const sum = (key: 'conflicts' | 'drift' | 'blocked' | 'failed') =>
		rules.reduce((total, rule) => total + rule[key], 0);
	const stamps = rules.map(({inStepAt}) => inStepAt);
	return {
		...first,
		conflicts: sum('conflicts'),
		drift: sum('drift'),
		blocked: sum('blocked'),
		failed: sum('failed'),
		inStepAt: stamps.includes(undefined) ? undefined : Math.min(...(stamps as number[])),
	};
};

import type {HookTimes} from './hook-cost.ts';
import type {Transition} from './witness.ts';

/** The `share` percentile (0–1) of what was measured, by the nearest rank. */
export const percentile = (values: readonly number[], share: number): number | null =>
	[...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? null;

export type Figures = {
	runs: number;
	/** Programs with a channel of their own. */
	own: readonly Transition[];
	generic: readonly Transition[];
	/** What each call of a hook took, and of one that does nothing, in milliseconds. */
	hooks: HookTimes;
};

/** The figures that the run is for, a line each: for the terminal, and for the page. */
export const figureLines = ({runs, own, generic, hooks}: Figures): string[] => {
	const told = own.flatMap(({toldMs}) => toldMs ?? []);
	const whole = own.flatMap(({delayMs}) => delayMs ?? []);
	const plain = generic.flatMap(({delayMs}) => delayMs ?? []);
	const of = (values: readonly number[], digits = 0): string =>
		[0.5, 0.99, 1].map(share => percentile(values, share)?.toFixed(digits) ?? '–').join(' | ');
	return [
		`| milliseconds, of ${runs} runs | measured | p50 | p99 | most | limit |`,
		'| --- | --- | --- | --- | --- | --- |',
		`| from what an agent says to the changed row | ${told.length} | ${of(told)} | 250, p99 1000 |`,
		`| from our key or the model's answer to the changed row, the agent's own time included | ${whole.length} | ${of(whole)} | |`,
		`| generic programs: from what they do to the changed row | ${plain.length} | ${of(plain)} | 2500 |`,
		`| what a hook costs the agent | ${hooks.ours.length} | ${of(hooks.ours, 1)} | 15 |`,
		`| a hook that does nothing, beside it | ${hooks.idle.length} | ${of(hooks.idle, 1)} | |`,
	];
};

import {toFleetError, type FleetError} from '../errors.ts';
import type {Agent} from '../protocol/agent.ts';
import {addressed} from './addressed.ts';
import type {CommandContext} from './command.ts';

/** What became of several agents, each by itself. */
export type Outcomes = {
	done: Array<{agent: Agent; text: string}>;
	failed: Array<{reference: string; error: FleetError}>;
};

/** Runs `act` for each, all at once; one that fails keeps none from the rest. */
export const forEachAgent = async (
	references: readonly string[],
	act: (reference: string) => Promise<{agent: Agent; text: string}>,
): Promise<Outcomes> => {
	const outcomes: Outcomes = {done: [], failed: []};
	const results = await Promise.allSettled(references.map(async reference => act(reference)));
	for (const [index, result] of results.entries()) {
		if (result.status === 'fulfilled') outcomes.done.push(result.value);
		else {
			const error = toFleetError(result.reason);
			outcomes.failed.push({reference: references[index]!, error});
		}
	}

	return outcomes;
};

/** Prints what became of each, and yields the exit code: that of the first failure. */
export const reportOutcomes = (context: CommandContext, outcomes: Outcomes): number => {
	const {done} = outcomes;
	const failed = outcomes.failed.map(({reference, error}) => ({
		reference,
		error: addressed(error, context.remoteName),
	}));
	const [first] = failed;
	if (first && done.length === 0 && failed.length === 1) throw first.error;
	if (context.json) {
		context.printJson({
			agents: done.map(({agent}) => agent),
			...(first
				? {
						error: first.error.toJSON(),
						errors: failed.map(({reference, error}) => ({agent: reference, ...error.toJSON()})),
					}
				: {}),
		});
	} else {
		for (const {text} of done) context.print(text);
		for (const {reference, error} of failed) {
			const hint = error.hint === undefined ? '' : ` (${error.hint})`;
			context.stderr.write(`console: ${reference}: ${error.message}${hint}\n`);
		}
	}

	return first ? first.error.exitCode : 0;
};

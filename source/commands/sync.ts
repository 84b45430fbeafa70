import {toFleetError, type FleetError} from '../errors.ts';
import type {SyncRule} from '../config/config.ts';
import {prepareThread} from '../sync/endpoint/sync-thread.ts';
import type {CycleReport} from '../sync/engine/report.ts';
import type {Command, CommandContext} from './command.ts';
import {progressLine} from './progress-line.ts';
import {chosenRules, openChosen, ruleText} from './sync-rules.ts';

type Outcome = {rule: SyncRule} & ({report: CycleReport} | {error: FleetError});

export const sync: Command = {
	name: 'sync',
	group: 'laptop',
	summary: 'runs every sync rule once, and says what moved',
	flags: [
		{flags: '--dry-run', description: 'print what would be done, and do nothing'},
		{flags: '--watch', description: 'go on, and sync each change as it is made'},
		{
			flags: '--rule <local>',
			description: 'only the rule with this local root',
			completes: 'directory',
		},
		{flags: '--allow-delete', description: 'the deletions that halted a rule are meant'},
	],
	examples: [
		['console --remote dev-server sync --dry-run', 'what would move'],
		['console --remote dev-server sync --rule ~/dev --allow-delete', 'a halted rule goes on'],
	],
	async run(context, {flags}) {
		prepareThread();
		const {remote, rules} = await chosenRules(context, flags['rule']);
		if (flags['watch'] === true) {
			const {watchRules} = await import('./sync-watch.ts');
			return watchRules(context, remote, rules, {allowDelete: flags['allowDelete'] === true});
		}

		const dryRun = flags['dryRun'] === true;
		const allowDelete = flags['allowDelete'] === true;
		const outcomes: Outcome[] = [];
		for (const rule of rules) {
			outcomes.push(
				await syncOnce(context, rule, async onProgress => {
					const [open, {syncUntilQuiet}] = await Promise.all([
						openChosen(context, remote, rule),
						import('../sync/engine/until-quiet.ts'),
					]);
					try {
						return await syncUntilQuiet(open, {
							dryRun,
							allowDelete,
							signal: context.signal,
							onProgress,
						});
					} finally {
						await open.close();
					}
				}),
			);
		}

		await print(context, remote.name, outcomes, dryRun);
		return exitCode(outcomes);
	},
};

async function syncOnce(
	context: CommandContext,
	rule: SyncRule,
	work: (onProgress: ReturnType<typeof progressLine>['show']) => Promise<CycleReport>,
): Promise<Outcome> {
	const progress = progressLine(context, ruleText(rule));
	try {
		return {rule, report: await work(progress.show)};
	} catch (thrown) {
		context.signal.throwIfAborted();
		return {rule, error: toFleetError(thrown)};
	} finally {
		progress.clear();
	}
}

async function print(
	context: CommandContext,
	name: string,
	outcomes: readonly Outcome[],
	dryRun: boolean,
): Promise<void> {
	const {goOnCommand, haltText, isAskedFor, planLines, reportDetails, reportJson, reportLine} =
		await import('../sync/present-report.ts');
	const failure = outcomes.find(outcome => 'error' in outcome);
	// One rule that failed says so as any command does.
	if (failure !== undefined && outcomes.length === 1) throw failure.error;
	if (context.json) {
		context.printJson({
			dryRun,
			rules: outcomes.map(outcome => ({
				local: outcome.rule.local,
				remote: outcome.rule.remote,
				direction: outcome.rule.direction,
				...('error' in outcome
					? {error: outcome.error.toJSON()}
					: {
							...reportJson(outcome.report),
							...(dryRun ? {plan: planLines(outcome.report)} : {}),
						}),
			})),
		});
		return;
	}

	if (outcomes.length === 0) context.print(`${name} has no sync rules.`);
	for (const outcome of outcomes) {
		if ('error' in outcome) {
			context.print(`${ruleText(outcome.rule)}  ✗ ${outcome.error.code}: ${outcome.error.message}`);
			if (outcome.error.hint) context.print(`  ${outcome.error.hint}`);
			continue;
		}

		const {report, rule} = outcome;
		const lines = dryRun ? planLines(report) : [];
		const summary =
			dryRun && report.halted === undefined
				? lines.length === 0
					? 'nothing to do'
					: `${lines.length} step${lines.length === 1 ? '' : 's'} to do`
				: reportLine(report);
		context.print(`${ruleText(rule)}  ${summary}`);
		for (const line of [...lines, ...reportDetails(report)]) context.print(`  ${line}`);
		if (report.halted !== undefined && isAskedFor(report.halted)) {
			context.note(
				`console: ${haltText(report.halted)}; if that is meant: ${goOnCommand(name, rule.local)}`,
			);
		}
	}
}

function exitCode(outcomes: readonly Outcome[]): number {
	const codes = outcomes.map(outcome => {
		if ('error' in outcome) return outcome.error.exitCode;
		const {halted, failed, conflicts, blocked} = outcome.report;
		if (halted?.kind === 'disk-full') return 1;
		// The same mistake as one that the configuration shows by itself.
		if (halted?.kind === 'roots-overlap') return 2;
		if (halted !== undefined || conflicts.length > 0) return 5;
		return failed.length > 0 || blocked.some(({isFailure}) => isFailure) ? 1 : 0;
	});
	return codes.find(code => code !== 0) ?? 0;
}

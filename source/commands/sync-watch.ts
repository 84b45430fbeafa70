import type {RemoteConfig, SyncRule} from '../config/config.ts';
import type {RuleRunner} from '../sync/engine/run-rule.ts';
import {reportDetails, reportJson, reportLine} from '../sync/present-report.ts';
import type {CommandContext} from './command.ts';
import {linkTeller} from './link-teller.ts';
import {openChosen, ruleText} from './sync-rules.ts';

/**
 * Keeps the rules in step until interrupted, and says what moves, a line each time. Survives every reconnect
 * once the host was reached; rejects with why it cannot be reached, or with what only a person can mend.
 */
export const watchRules = async (
	context: CommandContext,
	remote: RemoteConfig,
	rules: readonly SyncRule[],
	{allowDelete}: {allowDelete: boolean},
): Promise<number> => {
	if (rules.length === 0) {
		context.note(`${remote.name} has no sync rules.`);
		return 0;
	}

	const [{follow}, {runRule}, {healthText}] = await Promise.all([
		import('../client/follow.ts'),
		import('../sync/engine/run-rule.ts'),
		import('../sync/present-health.ts'),
	]);
	const [transport, client] = [await context.transport(), await context.client()];
	const follower = follow({transport, client});
	const runners: RuleRunner[] = [];
	try {
		for (const rule of rules) {
			let said = '';
			const runner = runRule({
				open: await openChosen(context, remote, rule),
				source: follower,
				pollMs: remote.syncIntervalSeconds * 1000,
				onHealth(health) {
					const {phase, conflicts, drift, blocked, polls} = health;
					const state = JSON.stringify([phase, conflicts, drift, blocked, polls]);
					if (phase === 'moving' || phase === 'looking' || state === said) return;
					said = state;
					const text = healthText(health, Date.now());
					if (!context.json) context.note(`${ruleText(rule)}  ${text}`);
				},
				onReport(report) {
					if (context.json) {
						context.printJson({local: rule.local, remote: rule.remote, ...reportJson(report)});
						return;
					}

					const line = reportLine(report);
					if (line === 'in step') return;
					context.print(`${ruleText(rule)}  ${line}`);
					for (const detail of reportDetails(report)) context.print(`  ${detail}`);
				},
			});
			if (allowDelete) runner.syncNow({allowDelete});
			runners.push(runner);
		}

		return await new Promise<number>((resolve, reject) => {
			const end = () => resolve(130);
			context.signal.addEventListener('abort', end, {once: true});
			if (context.signal.aborted) end();
			const tell = linkTeller(context);
			follower.subscribe(input => {
				// Whoever interrupts it need not hear that the link ends by that.
				if (input.kind !== 'link' || context.signal.aborted) return;
				const error = tell(input.link);
				if (error) reject(error);
			});
		});
	} finally {
		await Promise.all(runners.map(runner => runner.close()));
		follower.close();
	}
};

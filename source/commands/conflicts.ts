import path from 'node:path';
import {FleetError} from '../errors.ts';
import type {KnownConflict} from '../sync/engine/ledger.ts';
import type {OpenRule} from '../sync/engine/open-rule.ts';
import {notedHalt} from '../sync/engine/noted-halt.ts';
import {bytePath, shownPath} from '../sync/path.ts';
import {goOnCommand, haltText, isAskedFor} from '../sync/present-report.ts';
import {plainText} from '../protocol/text.ts';
import type {Command, CommandContext} from './command.ts';
import {flagOf} from './conflict-flag.ts';
import {chosenRules, openChosen} from './sync-rules.ts';

export const conflicts: Command = {
	name: 'conflicts',
	group: 'laptop',
	summary: 'open sync conflicts, and what halts a rule',
	async run(context) {
		const found = await withRules(context, async open => {
			return {open, conflicts: open.ledger.conflicts(), halted: notedHalt(open.ledger)};
		});
		const all = found.flatMap(({open, conflicts: listed}) =>
			listed.map(conflict => describe(open, conflict)),
		);
		const halted = found.flatMap(({open, halted: why}) =>
			why === undefined
				? []
				: [
						{
							rule: open.rule.local,
							why: haltText(why),
							goOn: isAskedFor(why) ? goOnCommand(open.remoteName, open.rule.local) : null,
						},
					],
		);
		if (context.json) context.printJson({conflicts: all, halted});
		else {
			for (const {rule, why, goOn} of halted) {
				context.print(`${rule}  halted: ${plainText(why)}`);
				if (goOn !== null) context.print(`  if that is meant: ${goOn}`);
			}

			for (const {path: file, copy, keeps, at} of all) {
				context.print(`${plainText(file)}  ${keeps} kept the name  ${at}`);
				context.print(`  the other version: ${plainText(copy)}`);
			}

			if (all.length + halted.length === 0) context.print('No conflicts.');
		}

		return all.length + halted.length === 0 ? 0 : 5;
	},
};

export const conflictsResolve: Command = {
	name: 'conflicts resolve',
	group: 'laptop',
	summary: 'settles a conflict; what is given up goes to the trash',
	arguments: [{name: '<path>', description: 'the file, or its other version', completes: 'file'}],
	flags: [
		{
			flags: '--keep <which>',
			description: 'whose version stays',
			choices: ['local', 'remote', 'both'],
		},
	],
	async run(context, {arguments: [wanted = ''], flags}) {
		const keep = flagOf(flags['keep']);
		const outcomes = await withRules(context, async open => {
			const conflict = open.ledger.conflicts().find(known => isMeant(open, known, wanted));
			if (conflict === undefined) return false;
			const {resolveConflict} = await import('../sync/resolve-conflict.ts');
			await resolveConflict(open, conflict, keep, context.signal);
			// What was settled here goes to the host at once; where that fails, the next sync brings it.
			const {syncUntilQuiet} = await import('../sync/engine/until-quiet.ts');
			await syncUntilQuiet(open, {allowDelete: false, dryRun: false, signal: context.signal}).catch(
				(error: unknown) => context.note(`console: not synced yet: ${(error as Error).message}`),
			);
			return true;
		});
		if (!outcomes.includes(true)) {
			throw new FleetError('failed', `no open conflict is at ${plainText(wanted)}`, {
				hint: '`console conflicts` lists them.',
			});
		}

		if (context.json) context.printJson({resolved: wanted, keep});
		else context.print(`${plainText(wanted)}: kept ${keep}`);
		return 0;
	},
};

async function withRules<T>(
	context: CommandContext,
	work: (open: OpenRule) => Promise<T>,
): Promise<T[]> {
	const {remote, rules} = await chosenRules(context, undefined);
	const results: T[] = [];
	for (const rule of rules) {
		const open = await openChosen(context, remote, rule);
		try {
			results.push(await work(open));
		} finally {
			await open.close();
		}
	}

	return results;
}

const describe = ({rule}: OpenRule, {path: at, copy, keeps, atMs}: KnownConflict) => ({
	rule: rule.local,
	path: path.join(rule.local, shownPath(at)),
	copy: path.join(rule.local, shownPath(copy)),
	keeps,
	at: new Date(atMs).toISOString(),
});

/** As it is listed, relative to where the person stands, or relative to the rule's root. */
function isMeant({rule}: OpenRule, {path: at, copy}: KnownConflict, wanted: string): boolean {
	const relative = path.relative(rule.local, path.resolve(wanted));
	return [relative, wanted].map(bytePath).some(name => name === at || name === copy);
}

import {realpathSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type {Command, CommandContext} from './command.ts';

/** Nothing of a set-up takes longer, also over a slow link. */
const deadlineMs = 20 * 60_000;

export const install: Command = {
	name: 'install',
	group: 'laptop',
	summary: 'sets a host up for agents over the same ssh connection; safe to run again',
	flags: [{flags: '--upgrade', description: 'bring a host that is set up to this version'}],
	examples: [
		['console --remote dev-server install', 'a host that has nothing yet'],
		['console --remote dev-server install --upgrade', 'its agents run on meanwhile'],
	],
	run: (context, {flags}) => runInstall(context, {upgrade: flags['upgrade'] === true}),
};

/** The set-up of the remote that the context names. */
export const runInstall = async (
	context: CommandContext,
	{upgrade}: {upgrade: boolean},
): Promise<number> => {
	const remote = await context.remote();
	if (remote === null) {
		if (context.json) context.printJson({changed: false, remote: null});
		else context.print('this machine needs no set-up: its daemon starts when it is first used');
		return 0;
	}

	const {installHost} = await import('../setup/install-host.ts');
	const report = await installHost({
		transport: await context.transport(),
		remote,
		folder: programFolder(),
		upgrade,
		signal: AbortSignal.any([context.signal, AbortSignal.timeout(deadlineMs)]),
		note: context.note,
	});
	if (context.json) context.printJson({remote: remote.name, ...report});
	else if (report.changed) {
		const before = report.previous === null ? '' : ` (before: ${report.previous})`;
		context.print(
			`${remote.name} has fleet-console ${report.version} now${before}: ${report.program}`,
		);
	} else {
		context.print(`${remote.name} has fleet-console ${report.version} already: ${report.program}`);
	}

	return 0;
};

const programFolder = (): string => path.dirname(realpathSync(process.argv[1] ?? '.'));

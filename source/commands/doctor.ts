import type {Config} from '../config/config.ts';
import {defaultConfig} from '../config/load.ts';
import {FleetError, toFleetError} from '../errors.ts';
import type {Command, CommandContext} from './command.ts';
import type {Check} from './doctor/check.ts';
import {paintFor} from './paint.ts';

export const doctor: Command = {
	name: 'doctor',
	group: 'laptop',
	summary:
		'checks configuration, SSH, host, tools, versions, clock and disk; says how to mend each',
	examples: [['console --remote dev-server doctor', 'the way to a host, step by step']],
	async run(context) {
		const checks: Check[] = [];
		const paint = paintFor(context.stdout);
		const tell = (found: readonly Check[]) => {
			checks.push(...found);
			if (!context.json) for (const check of found) print(context, paint, check);
		};

		const {ok, failure} = await import('./doctor/check.ts');
		let config: Config;
		try {
			config = await context.config();
			const count = Object.keys(config.remotes).length;
			tell([ok('config', `${config.file}, ${count} ${count === 1 ? 'remote' : 'remotes'}`)]);
		} catch (error) {
			tell([failure('config', error)]);
			config = defaultConfig('');
		}

		const {checkLaptop} = await import('./doctor/check-laptop.ts');
		tell(await checkLaptop(config));
		if (!checks.some(({name, status}) => name === 'config' && status === 'fail')) {
			await checkRemote(context, tell);
		}

		const failed = checks.filter(({status}) => status === 'fail').length;
		const warned = checks.filter(({status}) => status === 'warn').length;
		if (context.json) context.printJson({ok: failed === 0, checks});
		else context.print(verdict(failed, warned));
		return failed === 0 ? 0 : 1;
	},
};

async function checkRemote(
	context: CommandContext,
	tell: (checks: readonly Check[]) => void,
): Promise<void> {
	const remote = await context.remote();
	if (remote) {
		const {checkWay} = await import('./doctor/check-way.ts');
		tell(await checkWay(remote, context.signal));
	}

	const {checkHost} = await import('./doctor/check-host.ts');
	tell(await checkHost(context));
	if (context.signal.aborted) {
		throw toFleetError(context.signal.reason ?? new FleetError('interrupted', 'interrupted'));
	}
}

const marks = {
	ok: ['✓', 'green'],
	warn: ['!', 'yellow'],
	fail: ['✗', 'red'],
} as const;

function print(context: CommandContext, paint: ReturnType<typeof paintFor>, check: Check): void {
	const [mark, colour] = marks[check.status];
	const [first = '', ...more] = check.found.split('\n');
	context.print(`${paint([[mark, {colour}], [` ${check.name.padEnd(16)}`]])} ${first}`);
	for (const line of more) context.print(`${' '.repeat(19)}${line}`);
	if (check.mend !== null) context.print(`${' '.repeat(19)}→ ${check.mend}`);
}

const verdict = (failed: number, warned: number): string => {
	const could = warned === 0 ? '' : `, ${warned} could be better`;
	return failed === 0 ? `All is well${could}.` : `${failed} to mend${could}.`;
};

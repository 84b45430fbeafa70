import {FleetError, toFleetError} from '../errors.ts';
import {version} from '../protocol/version.ts';
import {addressed} from './addressed.ts';
import {exitSoon, outputLost} from './leave.ts';
import type {OwnedContext} from './context.ts';
import {reportCrashes, traceOf} from './crash.ts';
import {reportError} from './report-error.ts';

const signalCodes = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const;

/** How long an interrupted command may take to put things away. */
const graceMs = 12_000;

/** argv → command → exit code. */
export const run = async (argv: readonly string[]): Promise<number> => {
	if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
		process.stdout.write(`${version}\n`);
		return 0;
	}

	const endReports = reportCrashes();
	const interruption = listenForInterruption();
	try {
		return await Promise.race([runCommand(argv, interruption.signal), interruption.overdue]);
	} catch (thrown) {
		const error = toFleetError(thrown);
		const code = interruption.exitCode();
		if (code !== undefined) return code;
		reportError(error, isJson(argv), process);
		if (isVerbose(argv) && error.cause !== undefined) {
			process.stderr.write(`${traceOf(error.cause)}\n`);
		}

		return error.exitCode;
	} finally {
		interruption.close();
		endReports();
	}
};

async function runCommand(argv: readonly string[], signal: AbortSignal): Promise<number> {
	const [{table, loadTable}, {findCommand, helpWanted}] = await Promise.all([
		import('./table.ts'),
		import('./find-command.ts'),
	]);
	const asked = helpWanted(argv);
	if (asked) {
		const {printHelp} = await import('./print-help.ts');
		return printHelp(asked, await loadTable());
	}

	const found = findCommand(argv, table);
	if ('group' in found) {
		const {groupHelp} = await import('./help.ts');
		process.stderr.write(`${groupHelp(found.group, await loadTable())}\n`);
		return 2;
	}

	const [command, {parseArguments}, {createContext}] = await Promise.all([
		found.command.load(),
		import('./parse-arguments.ts'),
		import('./context.ts'),
	]);
	const input = parseArguments({...found, command});
	if (input.flags['version'] === true) {
		process.stdout.write(`${version}\n`);
		return 0;
	}

	refuseRemote(command.name, input.flags['remote']);
	const owned: OwnedContext = createContext(input, signal);
	try {
		return await command.run(owned.context, input);
	} catch (thrown) {
		throw addressed(toFleetError(thrown), owned.context.remoteName);
	} finally {
		await owned.close();
	}
}

/** `host …` speaks of the machine that it runs on: of another one it would say what is not so. */
function refuseRemote(name: string, remote: unknown): void {
	if (!name.startsWith('host ') || typeof remote !== 'string') return;
	throw new FleetError('usage', `\`${name}\` speaks of the machine that it runs on`, {
		hint: `Run it there, or check the way from here: console --remote ${remote} doctor`,
	});
}

const isJson = (argv: readonly string[]): boolean => hasFlag(argv, '--json');
const isVerbose = (argv: readonly string[]): boolean => hasFlag(argv, '--verbose');

const hasFlag = (argv: readonly string[], flag: string): boolean => {
	const end = argv.indexOf('--');
	return (end === -1 ? argv : argv.slice(0, end)).includes(flag);
};

/** The first signal asks the command to end; a second, or its tardiness, ends it here. */
function listenForInterruption() {
	const controller = new AbortController();
	let code: number | undefined;
	let timer: NodeJS.Timeout | undefined;
	let giveUp: (code: number) => void;
	const overdue = new Promise<number>(resolve => {
		giveUp = resolve;
	});
	const interrupt = (exitCode: number, reason: string) => {
		if (code !== undefined) return exitSoon(code);
		code = exitCode;
		timer = setTimeout(() => giveUp(exitCode), graceMs);
		controller.abort(new FleetError('interrupted', reason));
	};

	const listeners = Object.entries(signalCodes).map(([name, exitCode]) => {
		const listener = () => interrupt(exitCode, `interrupted by ${name}`);
		process.on(name, listener);
		return () => process.off(name, listener);
	});
	process.stdout.on('error', (error: NodeJS.ErrnoException) => {
		// `console events | head -1`: the reader is gone, and nobody is left to tell.
		if (error.code === 'EPIPE')
			return code === undefined && interrupt(0, 'nobody reads the output');
		outputLost();
		if (code !== undefined) return;
		process.stderr.write(`console: what was printed could not be written: ${error.message}\n`);
		interrupt(1, 'the output cannot be written');
	});
	process.stderr.on('error', () => {});

	return {
		signal: controller.signal,
		overdue,
		exitCode: () => code,
		close() {
			clearTimeout(timer);
			for (const off of listeners) off();
		},
	};
}

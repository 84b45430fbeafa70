import {randomUUID} from 'node:crypto';
import module from 'node:module';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {stateFolder} from '../config/paths.ts';
import type {Prompt} from '../transport/prompt.ts';
import type {ConsoleServices} from '../ui/services.ts';
import {fetchAgent} from './agent-calls.ts';
import type {Command, CommandContext} from './command.ts';
import {list} from './list.ts';

export const fleetConsole: Command = {
	name: 'console',
	group: 'fleet',
	summary: 'the fleet on the screen (what `console` alone does); without a terminal, `list`',
	flags: [{flags: '--compact', description: 'one column, for a tmux side pane'}],
	async run(context, {flags}) {
		const {stdin, stdout, json} = context;
		if (!stdin.isTTY || !stdout.isTTY || json) {
			return list.run(context, {arguments: [], flags: {}, rest: []});
		}

		return showConsole(context, flags['compact'] === true);
	},
};

/** By then the console is up, and V8 knows what was used. */
const keepCodeAfterMs = 1500;

/** Shows the console until the person leaves it. Yields the exit code. */
export const showConsole = async (context: CommandContext, isCompact: boolean): Promise<number> => {
	// What is wrong with the configuration is said before the terminal is taken.
	await context.remote();
	const questions = questionDesk();
	context.prompt = questions.prompt;
	const drawn = Promise.withResolvers<void>();
	context.drawn = drawn.promise;
	// The host is on its way to answer while the interface loads.
	const services = await consoleServices(context);
	const {startConsole} = await import('../ui/start.tsx');
	// What the host's configuration said meanwhile is heard before the first frame: the connection begins.
	await nextTurn();
	await nextTurn();
	// Written at exit, it would be lost to who closes the window: the next start is to be quick, too.
	const keeping = setTimeout(() => module.flushCompileCache?.(), keepCodeAfterMs).unref();
	try {
		for (;;) {
			const away = new AbortController();
			questions.onArrival(() => away.abort());
			const showing = startConsole({
				services,
				isCompact,
				stdin: context.stdin,
				stdout: context.stdout,
				signal: AbortSignal.any([context.signal, away.signal]),
			});
			drawn.resolve();
			const code = await showing;
			if (!away.signal.aborted || context.signal.aborted) return code;
			// ssh asks for something that only the person knows: the terminal is theirs for that long.
			await questions.ask(context);
		}
	} finally {
		clearTimeout(keeping);
		await services.end();
	}
};

type Question = {args: Parameters<Prompt>; answer(text: string | null): void};

/** Where questions wait until the console has left the terminal. */
function questionDesk() {
	const waiting: Question[] = [];
	let arrive = () => {};
	const prompt: Prompt = async (...args) =>
		new Promise(resolve => {
			waiting.push({args, answer: resolve});
			arrive();
		});
	return {
		prompt,
		onArrival(listener: () => void) {
			arrive = listener;
			if (waiting.length > 0) listener();
		},
		async ask({stdin}: CommandContext) {
			arrive = () => {};
			const {terminalPrompt} = await import('./terminal-prompt.ts');
			const ask = terminalPrompt(stdin);
			try {
				for (let next = waiting.shift(); next; next = waiting.shift()) {
					const text = ask ? await ask(...next.args).catch(rejectWith(next)) : null;
					next.answer(text);
				}
			} finally {
				for (const question of waiting.splice(0)) question.answer(null);
			}
		},
	};
}

const rejectWith =
	(question: Question) =>
	(error: unknown): never => {
		question.answer(null);
		throw error;
	};

/** Everything that the console needs of the program; the host is being reached when this resolves. */
const consoleServices = async (
	context: CommandContext,
): Promise<ConsoleServices & {end(): Promise<void>}> => {
	const [
		transport,
		client,
		config,
		{follow},
		{whenLive},
		{rememberingSource},
		{hostCalls},
		{openDesk, actsOn},
	] = await Promise.all([
		context.transport(),
		context.client(),
		context.config(),
		import('../client/follow.ts'),
		import('../client/when-live.ts'),
		import('./remembering-source.ts'),
		import('../ui/host-calls.ts'),
		import('./open-desk.ts'),
	]);
	const remote = context.remoteName ?? 'local';
	const consoleId = randomUUID();
	const follower = follow({
		transport,
		client,
		actor: {consoleId, actsOn: actsOn(config.handlers)},
		measures: true,
	});
	const source = rememberingSource(follower, remote);
	const {desk, end: endDesk} = openDesk({
		consoleId,
		client,
		transport,
		remote: await context.remote(),
		config,
		// Not the remembering one: what it retells holds no requests.
		source: follower,
	});
	const starting = async () => import('./start-agent.ts');
	const wanted = await context.remote();
	const isSynced = wanted !== null && wanted.syncUp.length + wanted.syncBidi.length > 0;
	const sync = isSynced
		? (await import('../sync/desk.ts')).openSyncDesk({
				remote: wanted,
				transport,
				client,
				source: follower,
				stateFolder: stateFolder(),
				// There is no line to say it on: the rule's own state tells.
				onNotice: () => {},
			})
		: undefined;
	const calls = hostCalls(client, {
		async launch({launchable, name, cwd, prompt}, signal) {
			const {startAgent} = await starting();
			const {name: what, kind} = launchable;
			return startAgent(context, {what, kind, name, cwd, prompt}, signal);
		},
		async restart(id, signal) {
			const [{restartAgent}, agent] = await Promise.all([
				starting(),
				fetchAgent(client, id, signal),
			]);
			await restartAgent(context, agent, {}, signal);
		},
	});
	return {
		remote,
		get transport() {
			return transport.description;
		},
		remotes: Object.keys(config.remotes),
		source,
		host: {
			...calls,
			async attach(id, options) {
				await whenLive(source, options.signal);
				return calls.attach(id, options);
			},
		},
		launchables: async () => (await import('./launchables.ts')).launchables(context),
		detachKey: config.ui.detachKey,
		hasMouse: config.ui.mouse,
		preview: config.ui.preview,
		localEcho: config.ui.localEcho,
		notify: {
			ways: config.ui.notify,
			quietHours: config.ui.quietHours,
			silentRoles: new Set(
				Object.values(config.roles).flatMap(({name, notify}) => (notify ? [] : [name])),
			),
		},
		desk,
		sync: sync?.desk,
		async end() {
			endDesk();
			await sync?.end();
			source.end();
			follower.close();
		},
	};
};

import {randomInt} from 'node:crypto';
import {EventEmitter} from 'node:events';
import {FleetError} from '../../errors.ts';
import type {Agent} from '../../protocol/agent.ts';
import type {LaunchRequest} from '../../protocol/launch.ts';
import {plainText} from '../../protocol/text.ts';
import type {Tickets} from '../launcher/tickets.ts';
import type {Runtime, RuntimeEvent, TerminalSize} from '../runtimes/runtime.ts';
import type {Log} from '../state/log.ts';
import type {AnswerRequest} from '../../protocol/answer.ts';
import {adopt} from './adopt.ts';
import {answerAgent} from './answer.ts';
import {Endings} from './endings.ts';
import {lastLine} from './last-line.ts';
import {Observers} from './observers.ts';
import {
	planLaunch,
	removeScratch,
	resolveFolder,
	type PlannedLaunch,
	type Surroundings,
} from './plan-launch.ts';
import {defaultSize, type AgentRecord, type LaunchMemory} from './record.ts';
import type {Registry} from './registry.ts';
import {TypedPrompts} from './typed-prompts.ts';
import {ScreenQuestions} from './screen-questions.ts';
import {uniqueName} from './unique-name.ts';
import {Watches} from './watches.ts';

export type AgentEnd = {code: number | null; signal: string | null};
type Restart = {environment: Record<string, string>; size?: TerminalSize | undefined};

export type AgentsParts = {
	registry: Registry;
	runtime: Runtime;
	tickets: Tickets;
	log: Log;
	surroundings: () => Promise<Surroundings>;
	stateFolder: string;
	home: string;
};

/** What can be done with agents, and what follows from what their terminals do. */
export class Agents {
	readonly observers: Observers;
	#parts: AgentsParts;
	#endings: Endings;
	#typed: TypedPrompts;
	#watches: Watches;
	#screens: ScreenQuestions;
	/** Agents that start again once they have ended. */
	#restarting = new Map<string, PlannedLaunch>();
	#unsubscribe: () => void = () => {};
	#ends = new EventEmitter();

	constructor(parts: AgentsParts) {
		const {registry, runtime, log} = parts;
		this.#parts = parts;
		this.#ends.setMaxListeners(0);
		this.observers = new Observers(registry);
		this.#typed = new TypedPrompts(runtime, (id, error) =>
			log.write(`the prompt of ${id} could not be typed: ${String(error)}`),
		);
		this.#watches = new Watches({
			home: parts.home,
			stateFolder: parts.stateFolder,
			tell: (id, evidence) => this.observers.tell(id, evidence),
			failed: (id, error) => log.write(`the channel of ${id} failed: ${String(error)}`),
		});
		this.#screens = new ScreenQuestions({
			runtime,
			agent: id => registry.get(id),
			tell: (id, evidence) => this.observers.tell(id, evidence),
		});
		this.observers.onVerdict = id => this.#screens.consider(id);
		this.#endings = new Endings(runtime, {
			lost: id => this.#hear({kind: 'gone', id}),
			failed: (id, error) => log.write(`${id} could not be ended: ${String(error)}`),
		});
	}

	/** Starts or adopts the runtime, and takes up what the last daemon left. */
	async start(): Promise<void> {
		const {registry, runtime, log} = this.#parts;
		// Events of adopted agents wait until they are known.
		const early: RuntimeEvent[] = [];
		let hear = (event: RuntimeEvent): void => {
			early.push(event);
		};
		this.#unsubscribe = runtime.onEvent(event => hear(event));
		const running = await runtime.start();
		for (const event of adopt(registry, this.observers, running)) this.#hear(event);
		hear = event => this.#hear(event);
		for (const event of early) this.#hear(event);
		for (const {id, pid} of running) {
			const agent = registry.get(id);
			if (agent && agent.state !== 'exited' && pid !== null) this.#watches.begin(agent, pid);
		}

		if (running.length > 0) log.write(`adopted ${running.length} agents`);
	}

	async launch(request: LaunchRequest): Promise<Agent> {
		const {registry, surroundings} = this.#parts;
		const around = await surroundings();
		const id = this.#newId();
		const cwd = resolveFolder(request.cwd, around.home);
		const memory: LaunchMemory = {
			command: request.command ?? null,
			args: request.args,
			prompt: request.prompt ?? null,
			env: request.env,
			secrets: Object.keys(request.environment),
			size: request.size ?? defaultSize,
		};
		const planned = await planLaunch(
			{id, kind: request.agent, cwd},
			memory,
			request.environment,
			around,
		);
		const role = request.role ? plainText(request.role, 120) : null;
		const now = new Date().toISOString();
		const agent = registry.add({
			agent: {
				id,
				name: uniqueName(request.name ?? role ?? request.agent, name => registry.isTaken(name)),
				role,
				agent: request.agent,
				...freshRun(planned, this.#parts.runtime.name),
				cwd,
				since: now,
				createdAt: now,
				revision: 1,
				session: null,
			},
			launch: memory,
		});
		await this.#run(agent, planned, memory.size);
		return registry.get(id) ?? agent;
	}

	async input(agent: Agent, input: {text: string; submit: boolean; keys: string[]}): Promise<void> {
		this.#needRunning(agent);
		await this.#parts.runtime.input(agent.id, input);
	}

	/** Answers what the agent asks; `conflict` when it asks that no more. */
	async answer(agent: Agent, answer: AnswerRequest): Promise<void> {
		this.#needRunning(agent);
		const {runtime, home} = this.#parts;
		await answerAgent(agent, answer, {runtime, home, scratch: this.#watches.scratch(agent.id)});
	}

	/** Answers at once; the end comes as an event. */
	async stop(agent: Agent, graceSeconds: number): Promise<Agent> {
		this.#restarting.delete(agent.id);
		if (agent.state !== 'exited') await this.#endings.end(agent.id, graceSeconds);
		return agent;
	}

	/** Checks everything that it will need, ends the agent when it runs, and starts it again. */
	async restart(agent: Agent, {environment, size}: Restart): Promise<Agent> {
		const {registry, surroundings} = this.#parts;
		const {launch} = registry.record(agent.id)!;
		const missing = launch.secrets.filter(name => !Object.hasOwn(environment, name));
		if (missing.length > 0) {
			throw new FleetError(
				'needs-person',
				`${agent.name} was started with secrets that this host does not keep: ${missing.join(', ')}`,
				{hint: 'restart it from the laptop, with --credential or its role'},
			);
		}

		const memory = {
			...launch,
			secrets: Object.keys(environment),
			size: size ?? launch.size,
		};
		const planned = await planLaunch(
			{id: agent.id, kind: agent.agent, cwd: agent.cwd},
			memory,
			environment,
			await surroundings(),
		);
		registry.remember(agent.id, memory);
		if (agent.state === 'exited') {
			await this.#again(agent.id, planned);
		} else {
			this.#restarting.set(agent.id, planned);
			await this.#endings.end(agent.id, 5);
		}

		return registry.get(agent.id) ?? agent;
	}

	async remove(agent: Agent): Promise<void> {
		if (agent.state !== 'exited') {
			throw new FleetError('conflict', `${agent.name} still runs`, {
				hint: `stop it first: console stop ${agent.name}`,
			});
		}

		await this.#parts.runtime.remove(agent.id);
		await removeScratch((await this.#parts.surroundings()).stateFolder, agent.id);
		this.observers.forget(agent.id);
		this.#parts.registry.remove(agent.id);
	}

	/** Calls back when this run of the agent ends. Returns the unsubscribe. */
	onEnd(id: string, listener: (end: AgentEnd) => void): () => void {
		this.#ends.on(id, listener);
		return () => this.#ends.off(id, listener);
	}

	close(): void {
		this.#unsubscribe();
		this.#endings.close();
		this.#typed.close();
		this.#watches.close();
		this.#screens.close();
		this.observers.close();
	}

	/** Throws `conflict` for an agent that has ended. */
	#needRunning(agent: Agent): void {
		if (agent.state !== 'exited') return;
		throw new FleetError('conflict', `${agent.name} has exited`, {
			hint: `start it again: console restart ${agent.name}`,
		});
	}

	#hear(event: RuntimeEvent): void {
		const agent = this.#parts.registry.get(event.id);
		if (agent === undefined) return;
		if (event.kind === 'exit' || event.kind === 'gone') {
			this.#end(agent, event);
			return;
		}

		if (agent.state === 'exited') return;
		this.#typed.hear(event);
		this.observers.see(event, event.kind === 'pid' ? {pid: event.pid} : {});
		if (event.kind === 'pid') this.#watches.begin(agent, event.pid);
		else if (event.kind === 'activity') this.#screens.stir(event.id);
	}

	#end(agent: Agent, event: RuntimeEvent & {kind: 'exit' | 'gone'}): void {
		const {id} = agent;
		this.#endings.settle(id);
		this.#typed.forget(id);
		this.#watches.end(id);
		this.#screens.forget(id);
		this.#ends.emit(id, event.kind === 'exit' ? event : {code: null, signal: null});
		const planned = this.#restarting.get(id);
		if (planned !== undefined) {
			this.#restarting.delete(id);
			this.#again(id, planned).catch((error: unknown) => {
				this.#parts.log.write(`${id} could not be started again: ${String(error)}`);
			});
			return;
		}

		if (agent.state === 'exited' && agent.exit?.code !== null) return;
		const exit =
			event.kind === 'exit'
				? {code: event.code, signal: event.signal, message: null}
				: {code: null, signal: null, message: 'its terminal is gone'};
		this.observers.see(event, {exit, pid: null});
		if (event.kind === 'exit') void this.#addLastLine(id);
	}

	async #addLastLine(id: string): Promise<void> {
		const {registry, runtime} = this.#parts;
		const message = await lastLine(runtime, id);
		const agent = registry.get(id);
		if (message && agent?.exit) registry.update(id, {exit: {...agent.exit, message}});
	}

	async #again(id: string, planned: PlannedLaunch): Promise<void> {
		const {registry, runtime} = this.#parts;
		await runtime.remove(id);
		const agent = registry.update(id, {
			...freshRun(planned, runtime.name),
			since: new Date().toISOString(),
		});
		if (agent) await this.#run(agent, planned, registry.record(id)!.launch.size);
	}

	async #run(agent: Agent, {command, typed}: PlannedLaunch, size: TerminalSize): Promise<void> {
		const {registry, runtime, tickets, log} = this.#parts;
		this.observers.begin(agent.id);
		if (typed !== null) this.#typed.add(agent.id, typed);
		try {
			await runtime.launch({
				id: agent.id,
				cwd: command.cwd,
				size,
				ticket: tickets.issue(command),
			});
		} catch (error) {
			const message = plainText(error instanceof Error ? error.message : String(error), 400);
			log.write(`${agent.id} could not be started: ${message}`);
			registry.update(agent.id, {
				state: 'exited',
				exit: {code: null, signal: null, message},
			});
			throw error;
		}
	}

	#newId(): string {
		const letters = 'abcdefghijklmnopqrstuvwxyz234567';
		for (;;) {
			const id = Array.from({length: 10}, () => letters[randomInt(32)]).join('');
			if (!this.#parts.registry.isTaken(id)) return id;
		}
	}
}

const freshRun = (
	{command}: PlannedLaunch,
	runtime: string,
): Pick<
	AgentRecord['agent'],
	'command' | 'runtime' | 'state' | 'title' | 'attention' | 'pid' | 'exit' | 'model' | 'usage'
> => ({
	// Bounded: an event carries it each time the agent changes.
	command: command.argv.slice(0, 64).map(argument => plainText(argument, 1000)),
	runtime,
	state: 'starting',
	title: null,
	attention: null,
	pid: null,
	exit: null,
	model: null,
	usage: null,
});

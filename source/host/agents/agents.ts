import type {Agent} from '../../protocol/agent.ts';
import type {AnswerRequest} from '../../protocol/answer.ts';
import type {LaunchRequest} from '../../protocol/launch.ts';
import {absentEvidence} from '../arbiter/from-runtime.ts';
import {warningEvidence} from '../arbiter/from-warning.ts';
import type {Tickets} from '../launcher/tickets.ts';
import type {Runtime, RuntimeEvent, TerminalSize} from '../runtimes/runtime.ts';
import type {Log} from '../state/log.ts';
import {adopt} from './adopt.ts';
import {answerAgent} from './answer.ts';
import {Endings} from './endings.ts';
import {Observers} from './observers.ts';
import {memoryOf, newAgent, newId} from './new-agent.ts';
import {
	planLaunch,
	removeScratch,
	resolveFolder,
	type PlannedLaunch,
	type Surroundings,
} from './plan-launch.ts';
import {planRestart, type Restart} from './plan-restart.ts';
import {needEnded, needRunning, neverRan} from './preconditions.ts';
import type {Registry} from './registry.ts';
import {Restarts} from './restarts.ts';
import {startTerminal} from './start-terminal.ts';
import {explainEnd, type AgentEnd} from './tell-end.ts';
import {TerminalEvents} from './terminal-events.ts';
import {TypedPrompts} from './typed-prompts.ts';
import {ScreenQuestions} from './screen-questions.ts';
import {Watches} from './watches.ts';

const restartGraceSeconds = 5;

export type AgentsParts = {
	registry: Registry;
	runtime: Runtime;
	tickets: Tickets;
	log: Log;
	surroundings: () => Promise<Surroundings>;
	stateFolder: string;
	home: string;
};

/** What can be done with agents. */
export class Agents {
	readonly observers: Observers;
	#parts: AgentsParts;
	#endings: Endings;
	#typed: TypedPrompts;
	#watches: Watches;
	#screens: ScreenQuestions;
	#restarts: Restarts;
	#unsubscribe: () => void = () => {};
	#events: TerminalEvents;

	constructor(parts: AgentsParts) {
		const {registry, runtime, log} = parts;
		this.#parts = parts;
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
		this.#restarts = new Restarts(parts, (agent, planned) =>
			this.#run(agent, planned, registry.record(agent.id)!.launch.size),
		);
		this.#endings = new Endings(runtime, {
			lost: id => this.#events.hear({kind: 'gone', id}),
			failed: (id, error) => log.write(`${id} could not be ended: ${String(error)}`),
		});
		this.#events = new TerminalEvents(parts, {
			observers: this.observers,
			typed: this.#typed,
			watches: this.#watches,
			screens: this.#screens,
			restarts: this.#restarts,
			endings: this.#endings,
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
		this.observers.inherit();
		for (const event of adopt(registry, this.observers, running)) this.#events.hear(event);
		hear = event => this.#events.hear(event);
		for (const event of early) this.#events.hear(event);
		for (const {id, pid} of running) {
			const agent = registry.get(id);
			if (agent && agent.state !== 'exited' && pid !== null) this.#watches.begin(agent, pid);
		}

		if (running.length > 0) log.write(`adopted ${running.length} agents`);
	}

	/**
	 * Starts an agent; one that could not be started leaves nothing behind. Where its kind's program is not
	 * there, its row says so, until a restart finds it or the next launch of that name takes its place.
	 */
	async launch(request: LaunchRequest): Promise<Agent> {
		const {registry, runtime, surroundings} = this.#parts;
		const isTaken = (name: string) => registry.isTaken(name);
		const id = newId(isTaken);
		const memory = memoryOf(request);
		const around = await surroundings();
		const planned = await planLaunch(
			{id, kind: request.agent, cwd: resolveFolder(request.cwd, around.home)},
			memory,
			request.environment,
			around,
		);
		// An agent of that name which never ran has nothing to lose.
		for (const never of neverRan(registry, request)) this.#forget(never);
		const agent = newAgent(request, planned, {id, runtime: runtime.name, isTaken});
		registry.add({agent, launch: memory});
		if (planned.missing !== null) {
			this.observers.begin(id, absentEvidence(planned.missing.message, Date.now()));
			return agent;
		}

		try {
			await this.#run(agent, planned, memory.size);
		} catch (error) {
			this.#forget(id);
			throw error;
		}

		return registry.get(id) ?? agent;
	}

	async input(agent: Agent, input: {text: string; submit: boolean; keys: string[]}): Promise<void> {
		needRunning(agent);
		await this.#parts.runtime.input(agent.id, input);
	}

	/** Answers what the agent asks; `conflict` when it asks that no more. */
	async answer(agent: Agent, answer: AnswerRequest): Promise<void> {
		needRunning(agent);
		const {runtime, home} = this.#parts;
		await answerAgent(agent, answer, {runtime, home, scratch: this.#watches.scratch(agent.id)});
	}

	/** Answers at once; the end comes as an event. */
	async stop(agent: Agent, graceSeconds: number): Promise<Agent> {
		this.#restarts.cancel(agent.id);
		if (agent.state !== 'exited') await this.#endings.end(agent.id, graceSeconds);
		return agent;
	}

	/** Checks everything that it will need, ends the agent when it runs, and starts it again. */
	async restart(agent: Agent, restart: Restart): Promise<Agent> {
		const {registry, surroundings} = this.#parts;
		const {id} = agent;
		const record = registry.record(id)!;
		const {memory, planned} = await planRestart(record, restart, await surroundings()).catch(
			(error: unknown) => {
				explainEnd(registry, id, error);
				throw error;
			},
		);
		this.#restarts.add(agent, planned);
		registry.remember(id, memory);
		try {
			if (registry.get(id)?.state === 'exited') await this.#restarts.begin(id);
			else await this.#endings.end(id, restartGraceSeconds);
		} catch (error) {
			// What was refused now must not start it when it ends some day.
			this.#restarts.cancel(id);
			throw error;
		}

		return registry.get(id) ?? agent;
	}

	async remove(agent: Agent): Promise<void> {
		needEnded(agent);
		await this.#parts.runtime.remove(agent.id);
		await removeScratch((await this.#parts.surroundings()).stateFolder, agent.id);
		this.#forget(agent.id);
	}

	/** Calls back when this run of the agent ends. Returns the unsubscribe. */
	onEnd(id: string, listener: (end: AgentEnd) => void): () => void {
		return this.#events.onEnd(id, listener);
	}

	close(): void {
		this.#unsubscribe();
		this.#endings.close();
		this.#typed.close();
		this.#watches.close();
		this.#screens.close();
		this.observers.close();
	}

	async #run(
		agent: Agent,
		{command, typed, warning}: PlannedLaunch,
		size: TerminalSize,
	): Promise<void> {
		this.observers.begin(agent.id, warning && warningEvidence(warning, Date.now()));
		if (typed !== null) this.#typed.add(agent.id, typed);
		await startTerminal(this.#parts, agent.id, command, size);
	}

	#forget(id: string): void {
		this.#typed.forget(id);
		this.observers.forget(id);
		this.#parts.registry.remove(id);
	}
}

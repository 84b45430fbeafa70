import {FleetError} from '../errors.ts';
import type {Agent} from '../protocol/agent.ts';
import type {CommandContext} from './command.ts';
import {followFleet} from './follow-fleet.ts';

export type AgentWatch = {
	/** Resolves with the agent once it fits; with its last form when it was removed meanwhile. */
	until(id: string, fits: (agent: Agent) => boolean, timeoutMs: number): Promise<Agent>;
	close(): void;
};

/** One subscription for several agents that a command changes, begun before it changes them. */
export const watchAgents = (context: CommandContext): AgentWatch => {
	const ending = new AbortController();
	const waiting = new Set<() => void>();
	const seen = new Map<string, Agent>();
	let agents: ReadonlyMap<string, Agent> | undefined;
	let failure: unknown;
	followFleet<never>(context, {
		signal: AbortSignal.any([context.signal, ending.signal]),
		decide(slice) {
			if (!slice.isKnown) return undefined;
			agents = slice.agents;
			for (const check of waiting) check();
			return undefined;
		},
	}).catch((error: unknown) => {
		failure = error;
		for (const check of waiting) check();
	});

	return {
		until: (id, fits, timeoutMs) =>
			new Promise((resolve, reject) => {
				const check = () => {
					const agent = agents?.get(id);
					if (agent) seen.set(id, agent);
					if (failure !== undefined) settle(() => reject(failure as Error));
					else if (agent && fits(agent)) settle(() => resolve(agent));
					else if (agents && !agent && seen.has(id)) settle(() => resolve(seen.get(id)!));
				};

				const timer = setTimeout(() => {
					const name = seen.get(id)?.name ?? id;
					const seconds = Math.round(timeoutMs / 1000);
					const text = `${name}: nothing came of it within ${seconds} s`;
					settle(() => reject(new FleetError('failed', text, {hint: 'See `console list`.'})));
				}, timeoutMs);
				const settle = (act: () => void) => {
					clearTimeout(timer);
					waiting.delete(check);
					act();
				};

				waiting.add(check);
				check();
			}),
		close() {
			ending.abort(new FleetError('interrupted', 'no longer watched'));
			waiting.clear();
		},
	};
};

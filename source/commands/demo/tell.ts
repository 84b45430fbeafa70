import {compareAgents} from '../../fleet/order.ts';
import type {Agent} from '../../protocol/agent.ts';
import {agentLook, stateLabel} from '../../ui/present/state-look.ts';
import {whatOf} from '../../ui/present/what.ts';
import type {CommandContext} from '../command.ts';
import {fleetTable} from '../fleet-table.ts';
import {followFleet} from '../follow-fleet.ts';
import {paintFor} from '../paint.ts';

export type TellOptions = {
	/** How many agents there are to wait for before the table is printed. */
	expected: number;
	/** How long changes are told after that, in milliseconds. */
	forMs: number;
};

/** The fleet may take this long to be past its start. */
const settleMs = 8000;

/** Prints the fleet as text, and for some seconds what changes in it. */
export const tellFleet = async (
	context: CommandContext,
	{expected, forMs}: TellOptions,
): Promise<void> => {
	const paint = paintFor(context.stdout);
	const begunAt = performance.now();
	const ending = new AbortController();
	const signal = AbortSignal.any([context.signal, ending.signal]);
	const told = new Map<string, string>();
	let toldAt: number | undefined;
	let agents: ReadonlyMap<string, Agent> = new Map();

	const printTable = () => {
		toldAt = performance.now();
		const options = {now: Date.now(), width: context.stdout.columns, paint};
		const sorted = [...agents.values()].sort(compareAgents);
		for (const line of fleetTable(sorted, options)) context.print(line);
		for (const agent of sorted) told.set(agent.id, gist(agent));
		context.print('');
	};

	const clock = setInterval(() => {
		const now = performance.now();
		if (toldAt === undefined && now - begunAt > settleMs) printTable();
		if (toldAt !== undefined && now - toldAt > forMs) ending.abort(new Error('told'));
	}, 100);
	try {
		await followFleet<never>(context, {
			signal,
			decide(slice) {
				({agents} = slice);
				const settled = [...agents.values()].filter(({state}) => state !== 'starting');
				if (toldAt === undefined) {
					if (settled.length >= expected) printTable();
					return undefined;
				}

				for (const agent of agents.values()) {
					if (told.get(agent.id) === gist(agent)) continue;
					told.set(agent.id, gist(agent));
					const {glyph, style} = agentLook(agent);
					const time = new Date().toTimeString().slice(0, 8);
					context.print(
						paint([
							[`${time}  `, {dim: true}],
							[agent.name.padEnd(14)],
							[`  ${glyph} ${stateLabel(agent)}`.padEnd(14), style],
							[`  ${whatOf(agent)}`],
						]).trimEnd(),
					);
				}

				return undefined;
			},
		});
	} catch (error) {
		if (!ending.signal.aborted || context.signal.aborted) throw error;
	} finally {
		clearInterval(clock);
	}
};

const gist = (agent: Agent): string => `${stateLabel(agent)} ${whatOf(agent)}`;

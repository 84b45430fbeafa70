import {FleetError} from '../../errors.ts';
import type {Agent} from '../../protocol/agent.ts';
import {plainText} from '../../protocol/text.ts';
import type {Runtime, RuntimeEvent} from '../runtimes/runtime.ts';
import {lastLine} from './last-line.ts';
import type {Registry} from './registry.ts';

type Exit = NonNullable<Agent['exit']>;
export type AgentEnd = Pick<Exit, 'code' | 'signal'>;

/** What its row says of its end. */
export const exitOf = (event: RuntimeEvent & {kind: 'exit' | 'gone'}): Exit =>
	event.kind === 'exit'
		? {code: event.code, signal: event.signal, message: null}
		: {code: null, signal: null, message: 'its terminal is gone'};

/** Whether its end is known for good; a terminal that was only gone may still tell how. */
export const isTold = ({exit}: Agent): boolean =>
	exit !== null && (exit.code !== null || exit.signal !== null);

/** Why an ended agent cannot start again stands in its row. */
export const explainEnd = (registry: Registry, id: string, error: unknown): void => {
	const {exit} = registry.get(id) ?? {};
	if (!exit || !(error instanceof FleetError)) return;
	registry.update(id, {exit: {...exit, message: plainText(error.message, 400)}});
};

/** The last that an ended agent said stands in its row. */
export const addLastLine = async (
	{registry, runtime}: {registry: Registry; runtime: Runtime},
	id: string,
): Promise<void> => {
	const message = await lastLine(runtime, id, registry.get(id)?.exit?.code !== 0);
	const agent = registry.get(id);
	if (message && agent?.exit) registry.update(id, {exit: {...agent.exit, message}});
};

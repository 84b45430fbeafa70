import {connect} from 'node:net';
import {agentKindNames} from '../../agents/registry.ts';
import {hostSocket} from '../../config/paths.ts';
import {agentStates} from '../../protocol/agent.ts';
import {stateLabel} from '../../ui/present/state-look.ts';
import {fetchFleet} from '../agent-calls.ts';
import type {CommandContext} from '../command.ts';
import type {Candidate, Completion} from './complete-words.ts';

type NamesOf = Extract<Completion, {kind: 'names'}>['of'];

/** The names that there are of a kind; files and folders are the shell's own to complete. */
export const namesOf = async (
	kind: Exclude<NamesOf, 'file' | 'directory'>,
	context: CommandContext,
): Promise<Candidate[]> => {
	const plain = (values: readonly string[]) => values.map(value => ({value, description: ''}));
	switch (kind) {
		case 'state':
			return plain(agentStates);
		case 'remote': {
			const {remotes} = await context.config();
			return Object.values(remotes).map(({name, ssh}) => ({value: name, description: ssh}));
		}

		case 'credential':
			return plain(Object.keys((await context.config()).credentials));
		case 'role': {
			const {roles} = await context.config();
			return [
				...Object.values(roles).map(({name, agent}) => ({
					value: name,
					description: `role, ${agent ?? 'a command'}`,
				})),
				...agentKindNames.map(value => ({value, description: 'agent kind'})),
			];
		}

		case 'agent': {
			// A key press starts no daemon.
			if (context.remoteName === null && !(await isServed())) return [];
			const {agents} = await fetchFleet(await context.client(), context.signal);
			return agents.map(agent => ({value: agent.name, description: stateLabel(agent)}));
		}
	}
};

const isServed = async (): Promise<boolean> =>
	new Promise(resolve => {
		const socket = connect(hostSocket());
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});

import {statSync} from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import {hostSocket} from '../../config/paths.ts';
import {agentSchema, agentStates, type AgentState} from '../../protocol/agent.ts';
import {hostInfoSchema} from '../../protocol/host-info.ts';
import {logFile} from '../state/log.ts';
import {askDaemon} from './ask-daemon.ts';

export type HostStatus = {
	running: boolean;
	pid: number | null;
	version: string | null;
	protocol: {major: number; minor: number} | null;
	startedAt: string | null;
	uptimeSeconds: number | null;
	/** How many there are of each state that any agent is in. */
	agents: Partial<Record<AgentState, number>>;
	problems: string[];
	stateFolder: string;
	socket: string;
	log: string;
	journalBytes: number;
};

/** What there is to say of a state folder's daemon; it need not run. Rejects as `askDaemon` does. */
export const readStatus = async (stateFolder: string, signal: AbortSignal): Promise<HostStatus> => {
	const socket = hostSocket(stateFolder);
	const answer = await askDaemon(socket, 'GET', '/v1/host', {signal});
	const database = path.join(stateFolder, 'host.db');
	const common = {
		stateFolder,
		socket,
		log: logFile(stateFolder),
		journalBytes: sizeOf(database) + sizeOf(`${database}-wal`),
	};
	if (answer === null) {
		return {
			running: false,
			pid: null,
			version: null,
			protocol: null,
			startedAt: null,
			uptimeSeconds: null,
			agents: {},
			problems: [],
			...common,
		};
	}

	const {pid, version, protocol, startedAt, stats} = v.parse(hostInfoSchema, answer);
	const list = await askDaemon(socket, 'GET', '/v1/agents', {signal});
	const {agents} = v.parse(v.object({agents: v.array(agentSchema)}), list);
	return {
		running: true,
		pid,
		version,
		protocol,
		startedAt,
		uptimeSeconds: Math.max(0, Math.round((Date.now() - Date.parse(startedAt)) / 1000)),
		agents: Object.fromEntries(
			agentStates
				.map(state => [state, agents.filter(agent => agent.state === state).length] as const)
				.filter(([, count]) => count > 0),
		),
		problems: stats.problems,
		...common,
	};
};

const sizeOf = (file: string): number => statSync(file, {throwIfNoEntry: false})?.size ?? 0;

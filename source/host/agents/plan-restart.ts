import {FleetError} from '../../errors.ts';
import type {TerminalSize} from '../runtimes/runtime.ts';
import {findSession} from './find-session.ts';
import {planLaunch, type PlannedLaunch, type Surroundings} from './plan-launch.ts';
import type {AgentRecord, LaunchMemory} from './record.ts';

export type Restart = {
	environment: Record<string, string>;
	size?: TerminalSize | undefined;
	/** Begins a new session, with the launch's own prompt, instead of taking up the last one. */
	fresh?: boolean;
};

/**
 * The next run of an agent, checked before the one that runs is ended: it takes up the session of the
 * last one, where its kind can and that session is still there. Rejects with
 * `needs-person`, naming the secrets of its launch that are not there again.
 */
export const planRestart = async (
	{agent, launch}: AgentRecord,
	{environment, size, fresh = false}: Restart,
	surroundings: Surroundings,
): Promise<{memory: LaunchMemory; planned: PlannedLaunch}> => {
	const missing = launch.secrets.filter(name => !Object.hasOwn(environment, name));
	if (missing.length > 0) {
		throw new FleetError(
			'needs-person',
			`${agent.name} was started with secrets that this host does not keep: ${missing.join(', ')}`,
			{hint: 'restart it from the laptop, with --credential or its role'},
		);
	}

	const {id, agent: kind, cwd} = agent;
	const last = agent.session ?? launch.session;
	const memory = {
		...launch,
		secrets: Object.keys(environment),
		size: size ?? launch.size,
		session: fresh ? null : await findSession(kind, last, launch, surroundings),
	};
	const planned = await planLaunch({id, kind, cwd}, memory, environment, surroundings);
	if (planned.missing !== null) throw planned.missing;
	return {memory, planned};
};

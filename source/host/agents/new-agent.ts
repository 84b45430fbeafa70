import {randomInt} from 'node:crypto';
import type {Agent} from '../../protocol/agent.ts';
import type {LaunchRequest} from '../../protocol/launch.ts';
import {plainText} from '../../protocol/text.ts';
import type {PlannedLaunch} from './plan-launch.ts';
import {defaultSize, type LaunchMemory} from './record.ts';
import {uniqueName} from './unique-name.ts';

/** What a restart will need of a request; its secrets only by name. */
export const memoryOf = (request: LaunchRequest): LaunchMemory => ({
	command: request.command ?? null,
	args: request.args,
	prompt: request.prompt ?? null,
	env: request.env,
	secrets: Object.keys(request.environment),
	size: request.size ?? defaultSize,
	session: null,
});

/** An agent as it stands before anything was seen of it. */
export const newAgent = (
	{agent, name, role: asked}: LaunchRequest,
	planned: PlannedLaunch,
	{id, runtime, isTaken}: {id: string; runtime: string; isTaken: (name: string) => boolean},
): Agent => {
	const role = asked ? plainText(asked, 120) : null;
	const run = freshRun(planned, runtime);
	const {missing} = planned;
	return {
		id,
		name: uniqueName(name ?? role ?? agent, isTaken),
		role,
		agent,
		...run,
		cwd: planned.command.cwd,
		createdAt: run.since,
		revision: 1,
		...(missing === null
			? {}
			: {
					state: 'exited',
					exit: {code: 127, signal: null, message: plainText(missing.message, 400)},
				}),
	};
};

/** What each new run of an agent begins with. */
export const freshRun = ({command, warning}: PlannedLaunch, runtime: string) => ({
	// Bounded: an event carries it each time the agent changes.
	command: command.argv.slice(0, 64).map(argument => plainText(argument, 1000)),
	runtime,
	state: 'starting' as const,
	since: new Date().toISOString(),
	title: null,
	session: null,
	attention: null,
	pid: null,
	exit: null,
	model: null,
	usage: null,
	warning: warning && plainText(`${warning.problem}; ${warning.mend}`, 400),
});

/** Ten letters that stand in file names, tmux targets and URLs as they are. */
export const newId = (isTaken: (id: string) => boolean): string => {
	const letters = 'abcdefghijklmnopqrstuvwxyz234567';
	for (;;) {
		const id = Array.from({length: 10}, () => letters[randomInt(letters.length)]).join('');
		if (!isTaken(id)) return id;
	}
};

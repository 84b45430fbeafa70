import type {Follower} from '../client/follow.ts';
import {FleetError} from '../errors.ts';
import type {Agent} from '../protocol/agent.ts';
import {fetchAgent} from './agent-calls.ts';
import type {Command, CommandContext} from './command.ts';

export const attach: Command = {
	name: 'attach',
	group: 'agents',
	summary: 'the agent’s own terminal, full screen; Ctrl-\\ (settable) leaves it running',
	arguments: [{name: '<agent>', description: 'its name or id', completes: 'agent'}],
	flags: [{flags: '--observe', description: 'look only: nothing that is typed reaches it'}],
	async run(context, input) {
		const [reference = ''] = input.arguments;
		needTerminal(context);
		const agent = await fetchAgent(await context.client(), reference, context.signal);
		if (agent.state === 'exited') {
			throw new FleetError('conflict', `${agent.name} has exited`, {
				hint: `\`console screen ${agent.name}\` shows what it left, \`console restart ${agent.name}\` starts it again.`,
			});
		}

		return attachTo(context, agent, input.flags['observe'] === true);
	},
};

/** Throws `usage` where there is no terminal to show another one on. */
export const needTerminal = ({stdin, stdout, json}: CommandContext): void => {
	if (stdin.isTTY && stdout.isTTY && !json) return;
	throw new FleetError('usage', 'attach needs a terminal on stdin and stdout', {
		hint: '`console screen AGENT` prints what it shows, `console send AGENT TEXT` types.',
	});
};

/** Joins this terminal to the agent's until the person leaves or it ends. Yields the exit code. */
export const attachTo = async (
	context: CommandContext,
	agent: Pick<Agent, 'id' | 'name'>,
	observe: boolean,
): Promise<number> => {
	const [transport, client, config, terminal, {endText}, {follow}, {whenLive}] = await Promise.all([
		context.transport(),
		context.client(),
		context.config(),
		import('../ui/terminal/attach.ts'),
		import('../ui/present/end-text.ts'),
		import('../client/follow.ts'),
		import('../client/when-live.ts'),
	]);
	// It notices a dead link and mends it; the terminal is joined anew as soon as it is back.
	let follower: Follower | undefined;
	const outcome = await terminal
		.attach({
			stdin: context.stdin,
			stdout: context.stdout,
			async open(options) {
				// The first time the link was there a moment ago: nothing is waited for.
				if (follower) await whenLive(follower, options.signal);
				if (!follower) {
					follower = follow({transport, client});
					follower.subscribe(() => {});
				}

				return client.attach(agent.id, options);
			},
			name: agent.name,
			detachKey: config.ui.detachKey,
			localEcho: config.ui.localEcho,
			observe,
			signal: context.signal,
		})
		.finally(() => follower?.close());
	if (outcome.kind === 'failed') throw outcome.error;
	const said = endText(agent.name, outcome, context.remoteName);
	context.note(said ? said.text : `left ${agent.name}, which goes on`);
	return 0;
};

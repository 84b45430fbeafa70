import {agentKindNames} from '../agents/registry.ts';
import {FleetError} from '../errors.ts';
import {attachTo, needTerminal} from './attach.ts';
import type {Command} from './command.ts';
import {textFlag} from './flag-value.ts';
import {withInstallOffer} from './offer-install.ts';
import {startAgent} from './start-agent.ts';

export const load: Command = {
	name: 'load',
	group: 'fleet',
	summary: `starts an agent: a role of remote.toml, or an agent kind (${agentKindNames.join(', ')})`,
	arguments: [{name: '<role>', description: 'a role or an agent kind', completes: 'role'}],
	flags: [
		{flags: '--name <name>', description: 'what it is called (default: the role’s name)'},
		{
			flags: '--cwd <folder>',
			description: 'the folder of the host that it works in; ~ is the home there',
			completes: 'directory',
		},
		{flags: '--prompt <text>', description: 'its first task'},
		{
			flags: '--credential <name>',
			description: 'a credential of remote.toml, for this launch alone; may be repeated',
			repeatable: true,
			completes: 'credential',
		},
		{flags: '--attach', description: 'and shows its terminal'},
	],
	passThrough: true,
	examples: [
		['console load claude --cwd ~/app', 'Claude Code in a folder'],
		['console load shell -- npm run watch', 'any command as an agent'],
		['console load the-architect --attach', 'a role of remote.toml, at once on the screen'],
	],
	async run(context, input) {
		const [what = ''] = input.arguments;
		const isAttached = input.flags['attach'] === true;
		if (isAttached) needTerminal(context);
		const credentials = input.flags['credential'];
		const agent = await withInstallOffer(context, () =>
			startAgent(context, {
				what,
				name: textFlag(input, 'name'),
				cwd: textFlag(input, 'cwd'),
				prompt: textFlag(input, 'prompt'),
				credentials: Array.isArray(credentials) ? credentials : [],
				rest: input.rest,
			}),
		);
		if (agent.state === 'exited') {
			throw new FleetError('failed', agent.exit?.message ?? `${agent.name} could not be started`, {
				hint: `mend that on the host, then: console restart ${agent.name}`,
			});
		}

		if (isAttached) return attachTo(context, agent, false);
		if (context.json) context.printJson({agent});
		else context.print(`${agent.name} is started (${agent.id})`);
		return 0;
	},
};

import * as v from 'valibot';
import {agentKinds} from '../agents/registry.ts';
import type {Launchable} from '../ui/services.ts';
import type {CommandContext} from './command.ts';

/** A form is opening: what the host has is told if it says so soon. */
const patienceMs = 1500;
const toolsSchema = v.object({tools: v.record(v.string(), v.nullable(v.string()))});

/** What can be started: the roles of the configuration, then the kinds of agent that are there, then the rest. */
export const launchables = async (context: CommandContext): Promise<Launchable[]> => {
	const [{roles}, tools] = await Promise.all([context.config(), toolsOf(context)]);
	const isMissingThere = ({program}: {program: string | null}) =>
		program !== null && tools[program] === null;
	const present = agentKinds.filter(kind => !isMissingThere(kind));
	const missing = agentKinds.filter(isMissingThere);
	return [
		...Object.values(roles).map(({name, agent, command, cwd, prompt}): Launchable => ({
			kind: 'role',
			name,
			description: [agent ?? command?.join(' ') ?? '', cwd ?? ''].filter(Boolean).join(' · '),
			cwd,
			prompt,
		})),
		...present.concat(missing).map(({name, program, install}): Launchable => {
			const isMissing = isMissingThere({program});
			const how = install === null ? '' : `: ${install}`;
			return {
				kind: 'agent',
				name,
				description: isMissing ? `not installed there${how}` : (program ?? 'the login shell'),
			};
		}),
	];
};

async function toolsOf(context: CommandContext): Promise<Record<string, string | null>> {
	try {
		const client = await context.client();
		const options = {signal: context.signal, timeoutMs: patienceMs};
		return v.parse(toolsSchema, await client.json('GET', '/v1/host', options)).tools;
	} catch {
		return {};
	}
}

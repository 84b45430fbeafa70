import path from 'node:path';
import process from 'node:process';
import {agentKindNames, isAgentKind} from '../agents/registry.ts';
import type {Config, RoleConfig} from '../config/config.ts';
import {homeFolder} from '../config/paths.ts';
import {didYouMean, listed} from '../config/nearest.ts';
import {FleetError} from '../errors.ts';
import type {LaunchRequestInput} from '../protocol/launch.ts';

export type LaunchWish = {
	/** A role of the configuration, or an agent kind. */
	what: string;
	/** Where a role and an agent kind share a name; default: the role. */
	kind?: 'role' | 'agent';
	name?: string | null | undefined;
	cwd?: string | null | undefined;
	prompt?: string | null | undefined;
	/** Added to the command; for a bare `shell` it is the command. */
	rest?: readonly string[];
	/** Beside the role's own. */
	credentials?: readonly string[];
};

export type PlannedLaunch = {
	request: LaunchRequestInput;
	/** Names of the credentials that it needs. */
	credentials: string[];
};

/**
 * What is sent to the host for a wish. Throws `no-such-role`, naming what exists. On the local
 * host folders begin where the person stands; on another one only that host knows its own, and
 * what is in this laptop's home is meant to be in the home there.
 */
export const planLaunch = (
	wish: LaunchWish,
	{roles}: Pick<Config, 'roles'>,
	{
		isLocal,
		here = process.cwd(),
		home = homeFolder(),
	}: {isLocal: boolean; here?: string; home?: string},
): PlannedLaunch => {
	const {what, rest = [], credentials = []} = wish;
	const role = wish.kind !== 'agent' && Object.hasOwn(roles, what) ? roles[what]! : null;
	if (!role && !isAgentKind(what)) throw noSuchRole(what, Object.keys(roles));
	const folder = wish.cwd ?? role?.cwd ?? null;
	return {
		request: {
			...programOf(what, role, rest),
			role: role ? what : null,
			name: wish.name ?? null,
			cwd: isLocal ? localFolder(folder, here) : hostFolder(folder, home),
			prompt: wish.prompt ?? role?.prompt ?? null,
			env: role?.env ?? {},
		},
		credentials: [...new Set([...(role?.credentials ?? []), ...credentials])],
	};
};

function programOf(
	what: string,
	role: RoleConfig | null,
	rest: readonly string[],
): Pick<LaunchRequestInput, 'agent' | 'command' | 'args'> {
	const agent = role ? (role.agent ?? 'shell') : what;
	const args = [...(role?.args ?? []), ...rest];
	if (role?.command) return {agent, command: [...role.command, ...args]};
	// The shell takes no arguments of its own: what follows `--` is what it is to run.
	if (agent === 'shell' && args.length > 0) return {agent, command: args};
	return {agent, args};
}

const localFolder = (folder: string | null, here: string): string =>
	folder === null ? here : folder.startsWith('~') ? folder : path.resolve(here, folder);

/** A shell turns `--cwd ~/app` into this laptop's home, and the host's is meant. */
const hostFolder = (folder: string | null, home: string): string | null =>
	home !== '/' && (folder === home || folder?.startsWith(`${home}/`))
		? `~${folder.slice(home.length)}`
		: folder;

function noSuchRole(name: string, roles: readonly string[]): FleetError {
	const known = [...roles, ...agentKindNames];
	const names =
		roles.length === 0
			? `No role is configured; the agent kinds are ${listed(agentKindNames)}.`
			: `There are the roles ${listed(roles)} and the agent kinds ${listed(agentKindNames)}.`;
	return new FleetError('no-such-role', `there is no role or agent kind \`${name}\``, {
		hint: `${didYouMean(name, known)}${names}`,
	});
}

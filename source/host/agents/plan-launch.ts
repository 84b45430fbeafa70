import {readFileSync, statSync} from 'node:fs';
import {stat, mkdir, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {absence} from '../../agents/absence.ts';
import {tooOld} from '../../agents/age.ts';
import type {LaunchPlan} from '../../agents/kind.ts';
import {agentKind} from '../../agents/registry.ts';
import {expandHome} from '../../config/paths.ts';
import {FleetError} from '../../errors.ts';
import {findProgram} from '../info/find-program.ts';
import {installedVersion} from '../info/installed-version.ts';
import type {LaunchCommand} from '../launcher/tickets.ts';
import {relayEnvironment} from '../relays/relay-environment.ts';
import type {LaunchMemory} from './record.ts';

export type Surroundings = {
	/** The person's login environment on this host. */
	login: Readonly<Record<string, string>>;
	home: string;
	stateFolder: string;
	socket: string;
	/** The folder of the relays to the operator's laptop; null where there are none. */
	relays: string | null;
	/** Proves to the daemon which agent speaks. */
	token: (id: string) => string;
};

export type PlannedLaunch = {
	command: LaunchCommand;
	typed: string | null;
	/** What is wrong with the program, though it starts: it is too old. */
	warning: {problem: string; mend: string} | null;
	/** The kind's program is not on this host: nothing was written, and nothing can be started. */
	missing: FleetError | null;
};

/**
 * What is started for an agent, checked before anything is changed: rejects with a sentence that
 * says what is wrong and how to mend it. Writes the settings of this launch into the agent's own
 * folder. `secrets` end up in the command's environment, or among its keys where the program asks for
 * them itself, and nowhere else.
 */
export const planLaunch = async (
	{id, kind: kindName, cwd}: {id: string; kind: string; cwd: string},
	memory: LaunchMemory,
	secrets: Readonly<Record<string, string>>,
	{login, home, stateFolder, socket, relays, token}: Surroundings,
): Promise<PlannedLaunch> => {
	const kind = agentKind(kindName);
	await checkFolder(cwd);
	const scratch = scratchFolder(stateFolder, id);
	const shell = login['SHELL'] || '/bin/sh';
	const plan = kind.plan({
		cwd,
		home,
		prompt: memory.prompt,
		command: memory.command,
		args: memory.args,
		session: memory.session,
		scratch,
		shell,
		env: {...login, ...memory.env},
		secrets: Object.keys(secrets),
		readFile: readSmallFile,
	});
	const own = {...login, ...plan.env, ...memory.env};
	const env: Record<string, string> = {
		...own,
		...(relays === null ? {} : relayEnvironment(relays, own)),
		// A browser that the role names is the person's own choice.
		...(memory.env['BROWSER'] === undefined ? {} : {BROWSER: memory.env['BROWSER']}),
		...secrets,
		FLEET_AGENT_ID: id,
		FLEET_AGENT_TOKEN: token(id),
		FLEET_HOST_SOCKET: socket,
		FLEET_STATE_DIR: stateFolder,
	};
	const keys: Record<string, string> = {};
	for (const [name, pipe] of Object.entries(plan.keys ?? {})) {
		keys[pipe] = secrets[name]!;
		// Nor one of the same name that the host's login may have.
		delete env[name];
	}

	const [program = shell] = plan.argv;
	const planned = {
		command: {argv: plan.argv, env, cwd, ...(plan.keys ? {keys} : {})},
		typed: plan.typed ?? null,
		warning: null,
		missing: null,
	};
	const file = await findProgram(program, env['PATH'] ?? '', cwd);
	if (file === undefined) {
		if (program === kind.program) {
			return {...planned, missing: absence(kind, os.hostname())};
		}

		throw new FleetError('failed', `${program} is not installed on ${os.hostname()}`, {
			hint: `put ${program} on the PATH of a login shell there, or give its full path`,
		});
	}

	await writeFiles(scratch, plan);
	const warning =
		program === kind.program && kind.package
			? tooOld(kind, await installedVersion(file, kind.package))
			: null;
	return {...planned, warning};
};

const mostBytes = 1024 * 1024;

const readSmallFile = (file: string): string | null => {
	const found = statSync(file, {throwIfNoEntry: false});
	if (!found?.isFile() || found.size > mostBytes) return null;
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return null;
	}
};

/** A folder of the host as the launch names it: `~` and relative paths begin at the home. */
export const resolveFolder = (folder: string | null | undefined, home: string): string =>
	path.resolve(home, expandHome(folder || '~', home));

export const removeScratch = async (stateFolder: string, id: string): Promise<void> =>
	rm(scratchFolder(stateFolder, id), {recursive: true, force: true});

const scratchFolder = (stateFolder: string, id: string): string =>
	path.join(stateFolder, 'agents', id);

const checkFolder = async (cwd: string): Promise<void> => {
	const found = await stat(cwd).catch(() => undefined);
	if (found?.isDirectory()) return;
	throw new FleetError(
		'failed',
		found ? `${cwd} is not a folder` : `there is no folder ${cwd} on ${os.hostname()}`,
		{hint: 'give --cwd a folder that is there on the host'},
	);
};

const writeFiles = async (scratch: string, {files = {}}: LaunchPlan): Promise<void> => {
	const all = Object.entries(files);
	if (all.length === 0) return;
	await mkdir(scratch, {recursive: true, mode: 0o700});
	for (const [file, content] of all) {
		const inside = path.relative(scratch, file);
		if (inside.startsWith('..') || path.isAbsolute(inside)) {
			throw new FleetError('failed', `a launch may not write ${file}`);
		}

		await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
		await writeFile(file, content, {mode: 0o600});
	}
};

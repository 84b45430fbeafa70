import {execFile} from 'node:child_process';
import {access, mkdir, mkdtemp, readdir, rename, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {programFolder, type Program} from './programs.ts';

const run = promisify(execFile);
const deadlineMs = 240_000;

/** Where the programs are kept between runs. */
export const agentCache = (): string =>
	process.env['FLEET_AGENT_CACHE'] ?? path.join(os.homedir(), '.cache/fleet-console/agents');

/** Puts the pinned version into the cache where it is not there yet; yields its folder of commands. */
export const install = async (
	program: Pick<Program, 'kind' | 'package' | 'version' | 'surplus'>,
	cache = agentCache(),
): Promise<string> => {
	const folder = programFolder(cache, program);
	const commands = path.join(folder, 'node_modules/.bin');
	if (await isThere(path.join(commands, program.kind))) return commands;
	console.log(`installing ${program.package}@${program.version} …`);
	await mkdir(cache, {recursive: true});
	// Made aside and then renamed: what is in its place is whole, whoever else installs or is cut off.
	const aside = await mkdtemp(path.join(cache, '.install-'));
	try {
		await writeFile(path.join(aside, 'package.json'), '{"private":true}\n');
		await run(
			'npm',
			[
				'install',
				...['--prefix', aside, '--no-audit', '--no-fund'],
				`${program.package}@${program.version}`,
			],
			{timeout: deadlineMs, maxBuffer: 64 * 1024 * 1024},
		);
		await prune(path.join(aside, 'node_modules'), program.surplus);
		await rename(aside, folder).catch(async (error: unknown) => {
			if (!(await isThere(path.join(commands, program.kind)))) throw error;
		});
	} finally {
		await rm(aside, {recursive: true, force: true});
	}

	return commands;
};

const isThere = (file: string): Promise<boolean> =>
	access(file).then(
		() => true,
		() => false,
	);

/** Builds for other machines, which npm cannot tell apart. */
const prune = async (modules: string, surplus: RegExp | undefined): Promise<void> => {
	if (surplus === undefined) return;
	const names = (await readdir(modules)).filter(name => surplus.test(name));
	await Promise.all(names.map(name => rm(path.join(modules, name), {recursive: true})));
};

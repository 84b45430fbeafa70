import {execFile} from 'node:child_process';
import {access, mkdir, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {programFolder, type Program} from './programs.ts';

const run = promisify(execFile);

/** Where the programs are kept between runs. */
export const agentCache = (): string =>
	process.env['FLEET_AGENT_CACHE'] ?? path.join(os.homedir(), '.cache/fleet-console/agents');

/** Puts the pinned version into the cache where it is not there yet; yields its folder of commands. */
export const install = async (program: Program, cache = agentCache()): Promise<string> => {
	const folder = programFolder(cache, program);
	const commands = path.join(folder, 'node_modules/.bin');
	const found = await access(path.join(commands, program.kind)).then(
		() => true,
		() => false,
	);
	if (!found) {
		console.log(`installing ${program.package}@${program.version} …`);
		await mkdir(folder, {recursive: true});
		await writeFile(path.join(folder, 'package.json'), '{"private":true}\n');
		await run(
			'npm',
			[
				'install',
				'--prefix',
				folder,
				'--no-audit',
				'--no-fund',
				`${program.package}@${program.version}`,
			],
			{timeout: 600_000, maxBuffer: 64 * 1024 * 1024},
		);
	}

	return commands;
};

import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {FleetError, toFleetError} from '../errors.ts';
import {plainText} from '../protocol/text.ts';
import type {Machine} from './bundle.ts';
import {readRuntime} from './runtime.ts';

/** An npm package with a runtime in it, and what its archive must be: the lock file's, from the build. */
export type RuntimePackage = {name: string; version: string; integrity: string};

const run = promisify(execFile);
const deadlineMs = 5 * 60_000;

/** By the name that npm gives them, for Linux with glibc; nothing where this program runs unbuilt. */
const packages: readonly RuntimePackage[] = JSON.parse(
	process.env['FLEET_RUNTIMES'] ?? '[]',
) as RuntimePackage[];

/** The package with a runtime for that machine; undefined where there is none. */
export const runtimePackage = ({platform, arch, isMusl}: Machine): RuntimePackage | undefined =>
	isMusl ? undefined : packages.find(({name}) => name === `node-${platform}-${arch}`);

/**
 * A runtime for another kind of machine than this one, got by this laptop's npm and checked against
 * the lock file of this program's build. Rejects with `not-supported` and why it cannot be had.
 */
export const fetchRuntime = async (
	{name, version, integrity}: RuntimePackage,
	signal: AbortSignal,
): ReturnType<typeof readRuntime> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'fleet-runtime-'));
	const options = {cwd: folder, signal, timeout: deadlineMs};
	try {
		const {stdout} = await run('npm', ['pack', `${name}@${version}`, '--silent'], options);
		const archive = path.join(folder, path.basename(stdout.trim()));
		const digest = createHash('sha512')
			.update(await readFile(archive))
			.digest('base64');
		if (`sha512-${digest}` !== integrity) {
			throw new Error('what npm brought is not what this version was built with');
		}

		await run('tar', ['-xzf', archive, '-C', folder, 'package/bin/node'], options);
		return await readRuntime(path.join(folder, 'package/bin/node'));
	} catch (error) {
		if (signal.aborted) throw toFleetError(signal.reason);
		const why = plainText((error as Error).message.split('\n')[0] ?? '', 200);
		throw new FleetError('not-supported', `${name}@${version} could not be fetched here: ${why}`, {
			hint: 'Install Node 22.13 or newer on the host, and run this again.',
			cause: error,
		});
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
};

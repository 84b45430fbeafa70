import {execFile} from 'node:child_process';
import {access, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {expandFile} from '../ssh-config/tokens.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import {keyType} from './parse.ts';

const run = promisify(execFile);

/**
 * Whether RevokedHostKeys of the ssh configuration, a list or a binary KRL, has the key. A file
 * that is named but cannot be read revokes every key, as ssh_config(5) says.
 */
export const isRevoked = async (
	host: SshHost,
	key: Buffer,
	signal: AbortSignal,
): Promise<boolean> => {
	if (host.revokedHostKeys === null) return false;
	const file = expandFile(host.revokedHostKeys, host);
	try {
		await access(file);
	} catch {
		return true;
	}

	// ssh-keygen reads the key from a file only: its standard input may be a socket.
	const folder = await mkdtemp(path.join(os.tmpdir(), 'fleet-'));
	try {
		const shown = path.join(folder, 'key.pub');
		await writeFile(shown, `${keyType(key)} ${key.toString('base64')}\n`);
		await run('ssh-keygen', ['-Q', '-f', file, shown], {signal});
		return false;
	} catch {
		signal.throwIfAborted();
		return true;
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
};

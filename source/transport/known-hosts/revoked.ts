import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {access} from 'node:fs/promises';
import {expandFile} from '../ssh-config/tokens.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import {keyType} from './parse.ts';

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

	const query = spawn('ssh-keygen', ['-Q', '-f', file, '/dev/stdin'], {
		stdio: ['pipe', 'ignore', 'ignore'],
		signal,
	});
	query.stdin.on('error', () => {});
	query.stdin.end(`${keyType(key)} ${key.toString('base64')}\n`);
	const [code] = (await once(query, 'exit')) as [number | null];
	return code !== 0;
};

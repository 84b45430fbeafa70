import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {FleetError} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import {addressArguments, type Address} from '../../config/address.ts';
import {parseSshHost, type SshHost} from './parse.ts';

const run = promisify(execFile);

export type ResolveOptions = {
	/** Another file than `~/.ssh/config`, for `ssh -F`. */
	configFile?: string | null;
	signal?: AbortSignal | undefined;
};

/**
 * Asks OpenSSH itself what its configuration says of a host (`ssh -G`: Include, Match, wildcards
 * and defaults as the person knows them). Rejects with `config-invalid` when ssh cannot read it.
 */
export const resolveHost = async (
	address: Address,
	{configFile, signal}: ResolveOptions = {},
): Promise<SshHost> => {
	const argv = ['-G', ...configArguments(configFile), ...addressArguments(address)];
	try {
		// A `Match exec` in the configuration may run a program that hangs.
		const {stdout} = await run('ssh', argv, {
			timeout: 15_000,
			signal,
			maxBuffer: 1024 * 1024,
			env: {...process.env, LC_ALL: 'C'},
		});
		return parseSshHost(stdout);
	} catch (error) {
		throw explain(error as NodeJS.ErrnoException & {stderr?: string}, signal);
	}
};

export const configArguments = (configFile: string | null | undefined): string[] =>
	configFile ? ['-F', configFile] : [];

const explain = (
	error: NodeJS.ErrnoException & {stderr?: string},
	signal: AbortSignal | undefined,
): unknown => {
	if (signal?.aborted) return signal.reason;
	if (error.code === 'ENOENT') {
		return new FleetError('failed', 'the ssh program is not installed here', {
			hint: 'Install OpenSSH’s client; its configuration and its keys are what this program uses.',
			cause: error,
		});
	}

	const lines = (error.stderr ?? '')
		.split('\n')
		.filter(line => !line.startsWith('Pseudo-terminal'));
	return new FleetError(
		'config-invalid',
		`ssh cannot read its configuration: ${plainText(lines.join(' '), 300) || error.message}`,
		{hint: 'Run `ssh -G HOST` to see the same message.', cause: error},
	);
};

import {spawn} from 'node:child_process';
import type {Duplex} from 'node:stream';
import {FleetError} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import {childStream} from '../child-stream.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import {expandTokens, tokensOf} from '../ssh-config/tokens.ts';
import {placeOf} from './failures.ts';

/** A ProxyCommand at work: its stdin and stdout are the way to the host. */
export type Proxy = {
	stream: Duplex;
	/** What to say when the way turned out to lead nowhere: its exit and its last words. */
	explain(error: unknown): Promise<unknown>;
};

/** Long enough for a command that just failed to have ended. */
const graceMs = 500;

export const startProxyCommand = (host: SshHost, command: string): Proxy => {
	if (host.proxyUseFdpass) {
		throw new FleetError('proxy-failed', `ProxyUseFdpass of ${host.alias} does not work here`, {
			hint: 'Set transport = "openssh" for this remote.',
		});
	}

	const {h, n, p, r} = tokensOf(host);
	const line = expandTokens(command, {'%': '%', h: h!, n: n!, p: p!, r: r!});
	// As ssh does: the user's shell, which the command replaces.
	const child = spawn(process.env['SHELL'] || '/bin/sh', ['-c', `exec ${line}`], {
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	let words = '';
	child.stderr.on('data', (data: Buffer) => {
		words = (words + data.toString()).slice(-2000);
	});
	const exited = new Promise<string | null>(resolve => {
		child.once('error', error => resolve(error.message));
		child.once('exit', (code, signal) =>
			resolve(signal ? `ended by ${signal}` : code === 0 ? 'ended' : `ended with status ${code}`),
		);
	});

	return {
		stream: childStream(child),
		async explain(error) {
			let timer: NodeJS.Timeout | undefined;
			const late = new Promise<null>(resolve => {
				timer = setTimeout(resolve, graceMs, null);
			});
			const end = await Promise.race([exited, late]);
			clearTimeout(timer);
			if (end === null) return error;
			const said = plainText(words, 300);
			return new FleetError(
				'proxy-failed',
				`the ProxyCommand to ${placeOf(host)} ${end}${said ? `: ${said}` : ''}`,
				{hint: `It is: ${plainText(line, 200)}`, cause: error},
			);
		},
	};
};

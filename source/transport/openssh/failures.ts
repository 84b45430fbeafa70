import {readFile} from 'node:fs/promises';
import {FleetError, type ErrorCode} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import {fingerprint} from '../known-hosts/fingerprint.ts';
import {parseKnownHosts} from '../known-hosts/parse.ts';
import type {SshHost} from '../ssh-config/parse.ts';

/** Where the host is, in words; the alias is what ssh was asked for. */
const placeOf = ({alias, hostName, port}: SshHost): string =>
	`${alias === hostName ? '' : `${alias}, `}${hostName}:${port}`;

type Rule = {
	code: ErrorCode;
	pattern: RegExp;
	message: (host: SshHost, line: string) => string;
	hint?: (host: SshHost) => string;
};

// In this order: what is said last by ssh often follows from what it said first.
const rules: Rule[] = [
	{
		code: 'host-key-revoked',
		pattern: /REVOKED HOST KEY|is marked as revoked|revoked by file/i,
		message: host => `the host key of ${placeOf(host)} is marked as revoked`,
		hint: () => 'Do not connect; ask whoever runs the host.',
	},
	{
		code: 'host-key-unknown',
		pattern: /Host key verification failed|host key is known for|authenticity of host/,
		message: host => `the host key of ${placeOf(host)} is not known here`,
		hint: host => `Connect once with \`ssh ${host.alias}\` and compare the fingerprint.`,
	},
	{
		code: 'auth-failed',
		pattern: /Permission denied|Too many authentication failures|No more authentication methods/,
		message: (host, line) =>
			`${placeOf(host)} did not let ${host.user} in: ${line.replace(/^[^:]*@[^:]*: /, '')}`,
		hint: host => `Try \`ssh -v ${host.alias}\` to see which keys and methods are tried.`,
	},
	{
		code: 'auth-failed',
		pattern: /Unable to negotiate|no matching .* found/,
		message: (host, line) => `${placeOf(host)} and your ssh share no algorithm: ${line}`,
		hint: host => `Try \`ssh -v ${host.alias}\`; the ssh configuration can allow older algorithms.`,
	},
	{
		code: 'name-unknown',
		pattern: /Could not resolve hostname/,
		message: (_, line) => line.replace(/^ssh: /, ''),
		hint: () => 'Check `ssh =` of this remote, and HostName in the ssh configuration.',
	},
	{
		code: 'proxy-failed',
		pattern: /stdio forwarding failed|proxy dialer|UNKNOWN port 65535|ProxyCommand/,
		message: (host, line) => `the way to ${placeOf(host)} failed: ${line}`,
		hint: () => 'Check ProxyJump and ProxyCommand in the ssh configuration.',
	},
	{
		code: 'connection-refused',
		pattern: /Connection refused/,
		message: host => `${placeOf(host)} refused the connection`,
		hint: () => 'Is sshd running there, on that port?',
	},
	{
		code: 'connection-timed-out',
		pattern: /timed out|Timeout, server/,
		message: host => `${placeOf(host)} did not answer`,
		hint: () => 'Is the host up, and is the network (a VPN, a firewall) the one it needs?',
	},
	{
		code: 'config-invalid',
		pattern: /Bad configuration option|bad configuration options|: line \d+:/,
		message: (_, line) => `ssh cannot read its configuration: ${line}`,
		hint: host => `Run \`ssh -G ${host.alias}\` to see the same message.`,
	},
	{
		code: 'host-unreachable',
		pattern: /No route to host|Network is unreachable|Network is down|Host is down/,
		message: (host, line) => `${placeOf(host)} cannot be reached: ${line.replace(/^ssh: /, '')}`,
		hint: () => 'Is there a network, and a route to the host?',
	},
	{
		code: 'connection-lost',
		pattern: /Connection (closed|reset)|closed by remote host|Broken pipe/,
		message: host => `${placeOf(host)} closed the connection`,
	},
];

/** The error for what ssh said when it could not log in. */
export const loginFailure = async (host: SshHost, stderr: string): Promise<FleetError> => {
	const lines = stderr
		.split('\n')
		.map(line => plainText(line, 300))
		.filter(Boolean);
	const changed = await mismatch(host, lines);
	if (changed) return changed;
	for (const {code, pattern, message, hint} of rules) {
		const line = lines.find(text => pattern.test(text));
		if (line === undefined) continue;
		const closedBehindProxy =
			code === 'connection-lost' && (host.proxyCommand !== null || host.proxyJump !== null);
		return new FleetError(
			closedBehindProxy ? 'proxy-failed' : code,
			message(host, line),
			hint ? {hint: hint(host)} : {},
		);
	}

	const said = lines.slice(-2).join(' ') || 'ssh said nothing';
	return new FleetError('host-unreachable', `ssh could not connect to ${placeOf(host)}: ${said}`, {
		hint: `Try \`ssh -v ${host.alias}\`.`,
	});
};

const mismatch = async (host: SshHost, lines: string[]): Promise<FleetError | null> => {
	if (!lines.some(line => line.includes('HOST IDENTIFICATION HAS CHANGED'))) return null;
	const shown = /SHA256:[A-Za-z0-9+/]+/.exec(lines.join('\n'))?.[0] ?? 'another key';
	const [, kind = '', file = '', line = ''] =
		/Offending (\S+) key in (.+):(\d+)/.exec(lines.join('\n')) ?? [];
	const entries = parseKnownHosts(await readFile(file, 'utf8').catch(() => ''), file);
	const known = entries.find(entry => entry.line === Number(line));
	return new FleetError(
		'host-key-mismatch',
		`the host key of ${placeOf(host)} has changed: it shows the ${kind} key ${shown}, but ${file}, line ${line}, has ${known ? fingerprint(known.key) : 'another'}`,
		{
			hint: `Somebody may be listening in. If the host was set up anew, remove line ${line} of ${file}.`,
		},
	);
};

import {createHash} from 'node:crypto';
import os from 'node:os';
import {expandHome, homeFolder} from '../../config/paths.ts';
import {FleetError} from '../../errors.ts';
import type {SshHost} from './parse.ts';

/** The percent tokens of ssh_config(5), for one host. */
export const tokensOf = (host: SshHost): Record<string, string> => {
	const local = os.hostname();
	const jump = host.proxyJump ?? '';
	return {
		'%': '%',
		C: createHash('sha1')
			.update(local + host.hostName + String(host.port) + host.user + jump)
			.digest('hex'),
		d: homeFolder(),
		h: host.hostName,
		i: String(process.getuid?.() ?? ''),
		j: jump,
		k: host.hostKeyAlias ?? host.alias,
		L: local.split('.')[0]!,
		l: local,
		n: host.alias,
		p: String(host.port),
		r: host.user,
		u: os.userInfo().username,
	};
};

/** Replaces percent tokens; throws `config-invalid` for one that ssh_config does not know. */
export const expandTokens = (text: string, tokens: Record<string, string>): string =>
	text.replace(/%(.?)/gsu, (whole, name: string) => {
		const value = tokens[name];
		if (value !== undefined) return value;
		throw new FleetError('config-invalid', `the ssh configuration has an unknown token ${whole}`, {
			hint: `It stands in "${text}".`,
		});
	});

/** A file name of the ssh configuration as a path of this machine: `~`, `${NAME}` and tokens expanded. */
export const expandFile = (
	file: string,
	host: SshHost,
	env: Readonly<Record<string, string | undefined>> = process.env,
): string => {
	const expanded = expandHome(
		file.replace(/\$\{(\w+)\}/g, (_, name: string) => env[name] ?? ''),
		homeFolder(env),
	);
	// Few names have a token, and who the user is takes several files to find out.
	return expanded.includes('%') ? expandTokens(expanded, tokensOf(host)) : expanded;
};

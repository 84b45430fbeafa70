import path from 'node:path';
import type {Config, CredentialConfig, RemoteConfig, RoleConfig, SyncRule} from './config.ts';
import {expandHome} from './paths.ts';
import {parseQuietHours} from './quiet-hours.ts';
import type {ConfigFile} from './schema.ts';

/** A checked remote.toml as the program sees it: every default filled in, `~` of the laptop expanded. */
export const normalise = (source: string, file: ConfigFile, home: string): Config => ({
	file: source,
	remotes: mapNamed(file.remote, (name, remote) => normaliseRemote(name, remote, home)),
	credentials: mapNamed(file.credential, (name, credential) =>
		normaliseCredential(name, credential, home),
	),
	roles: mapNamed(file.role, normaliseRole),
	handlers: {
		web: handler(file.handler.web, home),
		ide: {...handler(file.handler.ide, home), tool: file.handler.ide.tool ?? null},
		diff: handler(file.handler.diff, home),
	},
	ui: {
		detachKey: file.ui.detach_key,
		notify: file.ui.notify,
		mouse: file.ui.mouse,
		preview: file.ui.preview,
		localEcho: file.ui.local_echo,
		quietHours:
			file.ui.quiet_hours === undefined ? null : (parseQuietHours(file.ui.quiet_hours) ?? null),
	},
});

const mapNamed = <From, To>(
	from: Readonly<Record<string, From>>,
	map: (name: string, value: From) => To,
): Record<string, To> =>
	Object.fromEntries(Object.entries(from).map(([name, value]) => [name, map(name, value)]));

const localPath = (file: string, home: string): string => path.normalize(expandHome(file, home));

function normaliseRemote(
	name: string,
	remote: ConfigFile['remote'][string],
	home: string,
): RemoteConfig {
	return {
		name,
		ssh: remote.ssh,
		remotePath: remote.remote_path ?? remote.remote_jackin_path ?? '~/.local/bin/console',
		syncIntervalSeconds: remote.sync_interval_seconds,
		tags: remote.tags,
		sshConfig: remote.ssh_config === undefined ? null : localPath(remote.ssh_config, home),
		transport: remote.transport,
		syncUp: remote.sync_up.map(rule => syncRule('up', {...rule, conflict: 'keep-both'}, home)),
		syncBidi: remote.sync_bidi.map(rule => syncRule('bidi', rule, home)),
		install: {command: remote.install.command ?? null},
	};
}

function syncRule(
	direction: SyncRule['direction'],
	rule: ConfigFile['remote'][string]['sync_bidi'][number],
	home: string,
): SyncRule {
	return {
		direction,
		local: withoutSlash(localPath(rule.local, home)),
		remote: withoutSlash(rule.remote),
		exclude: rule.exclude,
		owner: rule.owner,
		conflict: rule.conflict,
		git: rule.git,
		dereferenceSymlinks: rule.dereference_symlinks,
		maxDelete: rule.max_delete,
		includeSecrets: rule.include_secrets,
	};
}

const withoutSlash = (file: string): string => (file === '/' ? file : file.replace(/\/+$/, ''));

function normaliseCredential(
	name: string,
	credential: ConfigFile['credential'][string],
	home: string,
): CredentialConfig {
	const {env, command, file, op} = credential;
	const source: CredentialConfig['source'] =
		env !== undefined
			? {kind: 'env', name: env}
			: command !== undefined
				? {kind: 'command', argv: [expandHome(command[0]!, home), ...command.slice(1)]}
				: file !== undefined
					? {kind: 'file', path: localPath(file, home)}
					: {kind: 'op', reference: op!};
	return {name, source, as: credential.as ?? env!};
}

function normaliseRole(name: string, role: ConfigFile['role'][string]): RoleConfig {
	return {
		name,
		agent: role.agent ?? null,
		command: role.command ?? null,
		args: role.args,
		cwd: role.cwd ?? null,
		prompt: role.prompt ?? null,
		credentials: role.credentials,
		env: role.env,
		notify: role.notify,
	};
}

function handler(
	{command, policy}: {command?: string[] | undefined; policy: 'allow' | 'ask' | 'deny'},
	home: string,
) {
	const [program, ...args] = command ?? [];
	return {command: program === undefined ? null : [expandHome(program, home), ...args], policy};
}

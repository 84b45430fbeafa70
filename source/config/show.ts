import type {Config, CredentialConfig, HandlerConfig, SyncRule} from './config.ts';
import {redactArguments, redactEnvironment, redactText} from './redact.ts';

type Table = {[key: string]: unknown};

/** The configuration in remote.toml's own words, complete, with nothing in it that looks like a secret. */
export const showConfig = ({remotes, credentials, roles, handlers, ui}: Config): Table =>
	without({
		remote: mapNamed(remotes, remote => ({
			ssh: remote.ssh,
			remote_path: remote.remotePath,
			transport: remote.transport,
			sync_interval_seconds: remote.syncIntervalSeconds,
			tags: remote.tags,
			ssh_config: remote.sshConfig,
			sync_up: remote.syncUp.map(rule => ruleTable(rule)),
			sync_bidi: remote.syncBidi.map(rule => ruleTable(rule)),
			install: {
				command: remote.install.command === null ? null : redactText(remote.install.command),
			},
		})),
		credential: mapNamed(credentials, credential => ({
			...sourceTable(credential.source),
			as: credential.as,
		})),
		role: mapNamed(roles, role => ({
			agent: role.agent,
			command: role.command === null ? null : redactArguments(role.command),
			args: redactArguments(role.args),
			cwd: role.cwd,
			prompt: role.prompt === null ? null : redactText(role.prompt),
			credentials: role.credentials,
			notify: role.notify,
			env: redactEnvironment(role.env),
		})),
		handler: {
			web: handlerTable(handlers.web),
			ide: {tool: handlers.ide.tool, ...handlerTable(handlers.ide)},
			diff: handlerTable(handlers.diff),
		},
		ui: {
			detach_key: ui.detachKey,
			mouse: ui.mouse,
			preview: ui.preview,
			local_echo: ui.localEcho,
			notify: ui.notify,
			quiet_hours: ui.quietHours && `${ui.quietHours.from}-${ui.quietHours.to}`,
		},
	}) as Table;

const mapNamed = <T>(from: Readonly<Record<string, T>>, map: (value: T) => Table): Table =>
	Object.fromEntries(Object.entries(from).map(([name, value]) => [name, map(value)]));

const ruleTable = (rule: SyncRule): Table => ({
	local: rule.local,
	remote: rule.remote,
	exclude: rule.exclude,
	owner: rule.owner,
	...(rule.direction === 'bidi' ? {conflict: rule.conflict} : {}),
	git: rule.git,
	dereference_symlinks: rule.dereferenceSymlinks,
	max_delete: rule.maxDelete,
	include_secrets: rule.includeSecrets,
});

/** Where a credential comes from, never what it is. */
function sourceTable(source: CredentialConfig['source']): Table {
	switch (source.kind) {
		case 'env':
			return {env: source.name};
		case 'command':
			return {command: redactArguments(source.argv)};
		case 'file':
			return {file: source.path};
		case 'op':
			return {op: source.reference};
	}
}

/** A word with white space or quotes is quoted, so that the line can be written back. */
const commandLine = (argv: readonly string[]): string =>
	argv
		.map(part => (/^[\w@%+=:,./{}-]+$/.test(part) ? part : `'${part.replaceAll("'", `'"'"'`)}'`))
		.join(' ');

const handlerTable = ({command, policy}: HandlerConfig): Table => ({
	command: command === null ? null : commandLine(command),
	policy,
});

const isEmptyTable = (value: unknown): boolean =>
	typeof value === 'object' && !Array.isArray(value) && Object.keys(value ?? {}).length === 0;

/** TOML has no null: what is not set is not there. */
function without(value: unknown): unknown {
	if (value === null || typeof value !== 'object' || Array.isArray(value)) {
		return Array.isArray(value) ? value.map(without) : value;
	}

	return Object.fromEntries(
		Object.entries(value)
			.map(([key, entry]) => [key, without(entry)] as const)
			.filter(([, entry]) => entry !== null && entry !== undefined && !isEmptyTable(entry)),
	);
}

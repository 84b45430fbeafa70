import {listed, nearest} from './nearest.ts';
import type {Complaint} from './complaint.ts';
import type {ConfigFile} from './schema.ts';
import {secretAt} from './secret-paths.ts';

type RemoteFile = ConfigFile['remote'][string];
type Rule = {
	kind: 'sync_up' | 'sync_bidi';
	index: number;
	local: string;
	remote: string;
	include: string[];
};

/** What one part of a configuration means for another. `names` are all that the file names, well formed or not. */
export const checkRules = (
	file: ConfigFile,
	names: {credentials: readonly string[]},
	expand: (local: string) => string,
): Complaint[] => [
	...Object.entries(file.remote).flatMap(([name, remote]) => [
		...checkRemote(['remote', name], remote),
		...checkSync(['remote', name], remote, expand),
	]),
	...Object.entries(file.credential).flatMap(([name, credential]) =>
		checkCredential(['credential', name], credential),
	),
	...Object.entries(file.role).flatMap(([name, role]) =>
		checkRole(['role', name], role, names.credentials),
	),
	...(file.handler.ide.tool !== undefined && file.handler.ide.command !== undefined
		? [{path: ['handler', 'ide', 'command'], message: 'expected `tool` or `command`, not both'}]
		: []),
];

function checkRemote(path: Complaint['path'], remote: RemoteFile): Complaint[] {
	if (remote.remote_path === undefined || remote.remote_jackin_path === undefined) return [];
	const message = 'expected `remote_path` or its alias `remote_jackin_path`, not both';
	return [{path: [...path, 'remote_jackin_path'], message}];
}

function checkCredential(
	path: Complaint['path'],
	credential: ConfigFile['credential'][string],
): Complaint[] {
	const sources = (['env', 'command', 'file', 'op'] as const).filter(
		source => credential[source] !== undefined,
	);
	if (sources.length !== 1) {
		const found = sources.length === 0 ? 'none' : listed(sources);
		return [{path, message: `expected exactly one of env, command, file and op, found ${found}`}];
	}

	return credential.env === undefined && credential.as === undefined
		? [{path, message: 'expected `as`, the name it has in the agent’s environment'}]
		: [];
}

function checkRole(
	path: Complaint['path'],
	role: ConfigFile['role'][string],
	credentials: readonly string[],
): Complaint[] {
	const complaints: Complaint[] = [];
	if (role.agent === undefined && role.command === undefined) {
		complaints.push({path, message: 'expected `agent` (an agent kind) or `command` (an array)'});
	}

	for (const [index, name] of role.credentials.entries()) {
		if (credentials.includes(name)) continue;
		const near = nearest(name, credentials);
		complaints.push({
			path: [...path, 'credentials', index],
			message:
				near === undefined
					? `expected the name of a [credential.NAME], and there is none; found "${name}"`
					: `expected the name of a [credential.NAME], found "${name}"; nearest: "${near}"`,
		});
	}

	return complaints;
}

function checkSync(
	path: Complaint['path'],
	remote: RemoteFile,
	expand: (local: string) => string,
): Complaint[] {
	const complaints: Complaint[] = [];
	const rules: Rule[] = (['sync_up', 'sync_bidi'] as const).flatMap(kind =>
		remote[kind].map((rule, index) => ({
			kind,
			index,
			local: expand(rule.local),
			remote: rule.remote,
			include: rule.include_secrets,
		})),
	);
	for (const [position, rule] of rules.entries()) {
		for (const side of ['local', 'remote'] as const) {
			const at = [...path, rule.kind, rule.index, side];
			const secret = secretAt(rule[side], rule.include);
			if (secret !== undefined) {
				complaints.push({
					path: at,
					message: `expected a path that holds no credentials; this is one of them (\`${secret}\`), name it in include_secrets if it must travel`,
				});
			}

			const other = rules.slice(0, position).find(earlier => overlap(earlier[side], rule[side]));
			if (other !== undefined) {
				complaints.push({
					path: at,
					message: `expected a root of its own; it overlaps ${other.kind}[${other.index}] (${other[side]})`,
				});
			}
		}
	}

	return complaints;
}

const overlap = (one: string, other: string): boolean => {
	const [a, b] = [segments(one), segments(other)];
	return a.slice(0, b.length).every((part, index) => part === b[index]);
};

const segments = (root: string): string[] =>
	root.split('/').filter(part => part !== '' && part !== '.');

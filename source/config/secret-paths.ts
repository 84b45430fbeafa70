/**
 * Files and folders that hold credentials. A sync rule that points at one is refused, and one
 * that lies inside a rule's tree is skipped with a notice, unless the rule's `include_secrets`
 * names it. A pattern matches its segments anywhere in a path, and everything below them;
 * `*` stands for any characters within one segment.
 */
export const secretPaths: readonly string[] = [
	// Keys and certificates.
	'.ssh',
	'.gnupg',
	'.password-store',
	'id_rsa',
	'id_dsa',
	'id_ecdsa',
	'id_ecdsa_sk',
	'id_ed25519',
	'id_ed25519_sk',
	'*.pem',
	'*.p12',
	'*.pfx',
	'*.ppk',
	'*.kdbx',
	'.local/share/keyrings',
	// Environments of a project.
	'.env*',
	// Clouds and clusters.
	'.aws/credentials',
	'.aws/sso',
	'.aws/cli/cache',
	'.azure',
	'.config/gcloud',
	'.boto',
	'.kube/config',
	'.docker/config.json',
	'.config/containers/auth.json',
	'.terraform.d/credentials.tfrc.json',
	'.vault-token',
	'.config/doctl',
	'.config/hcloud',
	'.fly/config.yml',
	// Forges and package registries.
	'.git-credentials',
	'.config/git/credentials',
	'.config/gh/hosts.yml',
	'.config/glab-cli',
	'.config/github-copilot',
	'.config/hub',
	'.npmrc',
	'.yarnrc.yml',
	'.pypirc',
	'.cargo/credentials',
	'.cargo/credentials.toml',
	'.gem/credentials',
	'.m2/settings.xml',
	'.m2/settings-security.xml',
	'.gradle/gradle.properties',
	// Other logins.
	'.netrc',
	'_netrc',
	'.pgpass',
	'.my.cnf',
	'.config/op',
	'.config/rclone',
	'.s3cfg',
	'.cache/huggingface/token',
	'.huggingface/token',
	// Coding agents.
	'.claude.json',
	'.claude/.credentials.json',
	'.codex/auth.json',
	'.local/share/opencode/auth.json',
	'.gemini/oauth_creds.json',
	'.gemini/google_accounts.json',
	'.qwen/oauth_creds.json',
	'.config/goose/secrets.yaml',
	'.config/cursor/auth.json',
	// This program's own: sockets, journal, what it learned of hosts; the code that it kept of itself, which it runs.
	'.local/state/fleet-console',
	'.cache/fleet-console',
];

type Pattern = {text: string; segments: RegExp[]};

const compile = (text: string): Pattern => ({
	text,
	segments: text
		.replace(/\/$/, '')
		.split('/')
		.map(segment => new RegExp(`^${segment.split('*').map(escape).join('.*')}$`)),
});

// RegExp.escape is newer than the oldest Node that this runs on.
function escape(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

const compiled = secretPaths.map(compile);

const matches = ({segments}: Pattern, path: readonly string[]): boolean => {
	for (let start = 0; start + segments.length <= path.length; start++) {
		if (segments.every((segment, index) => segment.test(path[start + index]!))) return true;
	}

	return false;
};

/**
 * The pattern of the list that the path falls under, or undefined. The path is absolute, starts
 * with `~/`, or is relative to a rule's root; `include` are patterns of the same form that a
 * rule lets through.
 */
export const secretAt = (path: string, include: readonly string[] = []): string | undefined => {
	const segments = path.split('/').filter(segment => segment !== '' && segment !== '.');
	const found = compiled.find(pattern => matches(pattern, segments));
	if (found === undefined || include.some(text => matches(compile(text), segments))) {
		return undefined;
	}

	return found.text;
};

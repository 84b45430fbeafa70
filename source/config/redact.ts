export const hidden = '(hidden)';

const secretWord =
	/(?:^|[-_.])(?:key|apikey|token|secret|password|passwd|passphrase|pass|pwd|credentials?|auth|cookie|bearer|pat|dsn)(?:$|[-_.\d])|apikey|token|secret|password/i;

// What the forges and model services themselves document as the beginnings of their tokens.
const knownToken =
	/\b(?:sk-[\w-]{16,}|gh[opsur]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|npm_\w{30,}|hf_\w{20,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)/g;
const userInfo = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi;
const secretParameter = /([?&][\w.-]*(?:key|token|secret|password|sig|auth)[\w.-]*=)[^&\s"']+/gi;

/** True for a name that a secret would have: `API_KEY`, `GH_TOKEN`, `--password`. */
export const isSecretName = (name: string): boolean => secretWord.test(name);

/** Text without what looks like a secret: known tokens, passwords in URLs. */
export const redactText = (text: string): string =>
	text
		.replace(userInfo, `$1${hidden}@`)
		.replace(secretParameter, `$1${hidden}`)
		.replace(knownToken, hidden);

/** The same for arguments: what follows a flag with a secret's name is hidden too. */
export const redactArguments = (argv: readonly string[]): string[] =>
	argv.map((argument, index) => {
		const assignment = /^(-{0,2}[\w.-]+)=(.+)$/s.exec(argument);
		if (assignment && isSecretName(assignment[1]!)) return `${assignment[1]!}=${hidden}`;
		const before = argv[index - 1];
		const isValue = before !== undefined && /^--?[\w-]+$/.test(before) && isSecretName(before);
		return isValue && !argument.startsWith('-') ? hidden : redactText(argument);
	});

/** An environment with the values of secret names hidden. */
export const redactEnvironment = (env: Readonly<Record<string, string>>): Record<string, string> =>
	Object.fromEntries(
		Object.entries(env).map(([name, value]) => [
			name,
			isSecretName(name) ? hidden : redactText(value),
		]),
	);

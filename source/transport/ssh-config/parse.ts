/** What the ssh configuration says of one host: the keywords of ssh_config(5) that this program obeys. */
export type SshHost = {
	/** As it was asked for: an alias, often. */
	alias: string;
	hostName: string;
	port: number;
	user: string;
	addressFamily: 0 | 4 | 6;
	bindAddress: string | null;
	connectTimeoutMs: number | null;
	compression: boolean;

	/** In the order they are tried; `~` and tokens unexpanded; some may not exist. */
	identityFiles: string[];
	certificateFiles: string[];
	identitiesOnly: boolean;
	/** Null: `SSH_AUTH_SOCK` of the environment. */
	identityAgent: string | null;
	preferredAuthentications: string[];
	numberOfPasswordPrompts: number;

	proxyJump: string | null;
	proxyCommand: string | null;
	proxyUseFdpass: boolean;

	userKnownHostsFiles: string[];
	globalKnownHostsFiles: string[];
	hostKeyAlias: string | null;
	strictHostKeyChecking: 'yes' | 'ask' | 'accept-new' | 'no';
	hashKnownHosts: boolean;
	revokedHostKeys: string | null;

	ciphers: string[];
	kexAlgorithms: string[];
	macs: string[];
	hostKeyAlgorithms: string[];
};

/** Reads what `ssh -G` printed: one lower-case keyword and its value a line. */
export const parseSshHost = (printed: string): SshHost => {
	const values = new Map<string, string[]>();
	for (const line of printed.split('\n')) {
		const space = line.indexOf(' ');
		if (space === -1) continue;
		const key = line.slice(0, space).toLowerCase();
		values.set(key, [...(values.get(key) ?? []), line.slice(space + 1)]);
	}

	const all = (key: string) => values.get(key) ?? [];
	const one = (key: string): string | null => {
		const value = all(key)[0];
		return value === undefined || value.toLowerCase() === 'none' ? null : value;
	};

	// OpenSSH prints its booleans as yes/no or true/false, by keyword and release.
	const is = (key: string, fallback = false) => {
		const value = all(key)[0]?.toLowerCase();
		return value === undefined ? fallback : value === 'yes' || value === 'true';
	};

	const list = (key: string) => (one(key) ?? '').split(',').filter(Boolean);
	const timeout = Number(one('connecttimeout') ?? Number.NaN);
	const family = one('addressfamily');
	return {
		alias: one('host') ?? one('hostname') ?? '',
		hostName: one('hostname') ?? '',
		port: Number(one('port') ?? 22),
		user: one('user') ?? '',
		addressFamily: family === 'inet' ? 4 : family === 'inet6' ? 6 : 0,
		bindAddress: one('bindaddress'),
		connectTimeoutMs: timeout > 0 ? timeout * 1000 : null,
		compression: is('compression'),
		identityFiles: all('identityfile').filter(file => file.toLowerCase() !== 'none'),
		certificateFiles: all('certificatefile'),
		identitiesOnly: is('identitiesonly'),
		identityAgent: all('identityagent')[0] ?? null,
		preferredAuthentications: preferred(list('preferredauthentications'), {
			publickey: is('pubkeyauthentication', true),
			'keyboard-interactive': is('kbdinteractiveauthentication', true),
			password: is('passwordauthentication', true),
		}),
		numberOfPasswordPrompts: Number(one('numberofpasswordprompts') ?? 3),
		proxyJump: one('proxyjump'),
		proxyCommand: one('proxycommand'),
		proxyUseFdpass: is('proxyusefdpass'),
		userKnownHostsFiles: fileList(one('userknownhostsfile')),
		globalKnownHostsFiles: fileList(one('globalknownhostsfile')),
		hostKeyAlias: one('hostkeyalias'),
		strictHostKeyChecking: strictness(all('stricthostkeychecking')[0]),
		hashKnownHosts: is('hashknownhosts'),
		revokedHostKeys: one('revokedhostkeys'),
		ciphers: list('ciphers'),
		kexAlgorithms: list('kexalgorithms'),
		macs: list('macs'),
		hostKeyAlgorithms: list('hostkeyalgorithms'),
	};
};

/** The order of OpenSSH, unless the configuration has another; what is switched off is left out. */
const preferred = (configured: string[], enabled: Record<string, boolean>): string[] => {
	const order =
		configured.length > 0 ? configured : ['publickey', 'keyboard-interactive', 'password'];
	return order.filter(method => enabled[method]);
};

const strictness = (value: string | undefined): SshHost['strictHostKeyChecking'] => {
	switch (value?.toLowerCase() ?? '') {
		case 'yes':
		case 'true':
			return 'yes';
		case 'no':
		case 'off':
		case 'false':
			return 'no';
		case 'accept-new':
			return 'accept-new';
		default:
			return 'ask';
	}
};

// -G separates files by a space and quotes none, so a space inside a name shows by what follows it.
const fileList = (value: string | null): string[] =>
	value === null ? [] : value.split(/\s+(?=[/~$%])/).filter(Boolean);

import {createHmac, timingSafeEqual} from 'node:crypto';

/** One line of a known_hosts file; the format is that of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
export type KnownHost = {
	file: string;
	/** Counted from 1. */
	line: number;
	marker: 'revoked' | 'cert-authority' | null;
	hosts: string;
	/** `ssh-ed25519`, … */
	type: string;
	key: Buffer;
};

/** Every line that is an entry; comments, blank lines and what is malformed are passed over, as ssh does. */
export const parseKnownHosts = (text: string, file: string): KnownHost[] =>
	text.split('\n').flatMap((line, index) => {
		const fields = line.trim().split(/[ \t]+/);
		if (fields[0] === '' || fields[0]!.startsWith('#')) return [];
		const marker = fields[0]!.startsWith('@') ? fields.shift()!.slice(1) : null;
		const [hosts, type, base64] = fields;
		if (marker !== null && marker !== 'revoked' && marker !== 'cert-authority') return [];
		if (!hosts || !type || !base64) return [];
		const key = Buffer.from(base64, 'base64');
		return keyType(key) === type ? [{file, line: index + 1, marker, hosts, type, key}] : [];
	});

/** The name inside a public key blob (RFC 4253 6.6), or null when it is none. */
export const keyType = (key: Buffer): string | null => {
	if (key.length < 4) return null;
	const length = key.readUInt32BE(0);
	if (length === 0 || length > 64 || key.length < 4 + length) return null;
	return key.toString('latin1', 4, 4 + length);
};

/** How known_hosts names a host: `[name]:port` unless the port is 22, always in lower case. */
export const knownHostName = (host: string, port: number): string =>
	port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

/** Whether the host field of an entry, hashed or a list of patterns, means `name`. */
export const matchesHost = (hosts: string, name: string): boolean => {
	if (hosts.startsWith('|')) return matchesHash(hosts, name);
	let matched = false;
	for (const pattern of hosts.toLowerCase().split(',')) {
		const negated = pattern.startsWith('!');
		if (!matchesPattern(negated ? pattern.slice(1) : pattern, name)) continue;
		if (negated) return false;
		matched = true;
	}

	return matched;
};

const matchesHash = (hosts: string, name: string): boolean => {
	const [, algorithm, salt, hash] = hosts.split('|');
	if (algorithm !== '1' || !salt || !hash) return false;
	const expected = Buffer.from(hash, 'base64');
	const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
	return expected.length === actual.length && timingSafeEqual(expected, actual);
};

/** `*` and `?`; brackets are plain characters here. Linear, so that no pattern can hang it. */
const matchesPattern = (pattern: string, name: string): boolean => {
	let p = 0;
	let n = 0;
	let star = -1;
	let resume = 0;
	while (n < name.length) {
		if (pattern[p] === '*') {
			star = p++;
			resume = n;
		} else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
			p++;
			n++;
		} else if (star !== -1) {
			p = star + 1;
			n = ++resume;
		} else {
			return false;
		}
	}

	while (pattern[p] === '*') p++;
	return p === pattern.length;
};

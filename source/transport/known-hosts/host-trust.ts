import {createHmac, randomBytes} from 'node:crypto';
import {mkdir, open, readFile} from 'node:fs/promises';
import path from 'node:path';
import {FleetError} from '../../errors.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import {expandFile} from '../ssh-config/tokens.ts';
import type {Prompt} from '../prompt.ts';
import {fingerprint, keyKind} from './fingerprint.ts';
import {keyType, parseKnownHosts, type KnownHost} from './parse.ts';
import {isRevoked} from './revoked.ts';
import {entriesFor, judge, nameOf, type HostIdentity} from './verdict.ts';

export type Ask = {
	prompt: Prompt | undefined;
	signal: AbortSignal;
	/** A second connection beside one that is open: only the key seen there will do. */
	pinned?: boolean;
	/** What `readKnownHosts` found for this login. */
	known: readonly KnownHost[];
};

/**
 * Decides whether the key that a host shows may be trusted. One lives as long as the transport:
 * every connection after the first is held to the key that was seen first.
 */
export class HostTrust {
	#seen: Buffer | undefined;

	/** True for the key that was trusted before: a rekey asks nobody and reads nothing. */
	hasSeen(key: Buffer): boolean {
		return this.#seen?.equals(key) ?? false;
	}

	/** Resolves when it may be trusted; rejects with `host-key-unknown`, `-mismatch` or `-revoked`. */
	async check(host: SshHost, key: Buffer, ask: Ask): Promise<void> {
		if (this.hasSeen(key)) return;
		const type = keyType(key) ?? 'unknown';
		const shown = `${keyKind(type)} key ${fingerprint(key)}`;
		const name = nameOf(identityOf(host));
		const verdict = judge(ask.known, identityOf(host), {type, key});
		// Known now and another before: the person mended known_hosts meanwhile.
		const isMended = verdict.kind === 'known' && !ask.pinned;
		if (verdict.kind === 'mismatch') throw mismatch(name, shown, verdict.entry);
		if (this.#seen && !isMended) throw mismatch(name, shown, this.#seen);

		if (verdict.kind === 'revoked' || (await isRevoked(host, key, ask.signal))) {
			throw new FleetError('host-key-revoked', `the ${shown} of ${name} is marked as revoked`, {
				hint:
					verdict.kind === 'revoked'
						? `${place(verdict.entry)} revokes it. Do not connect; ask whoever runs the host.`
						: `${host.revokedHostKeys} revokes it. Do not connect; ask whoever runs the host.`,
			});
		}

		if (verdict.kind === 'unknown') {
			await this.#meet(host, {key, type, shown, name}, verdict, ask);
		}

		this.#seen = key;
	}

	async #meet(
		host: SshHost,
		{key, type, shown, name}: {key: Buffer; type: string; shown: string; name: string},
		{others, hasAuthority}: {others: KnownHost[]; hasAuthority: boolean},
		{prompt, signal}: Omit<Ask, 'known'>,
	): Promise<void> {
		const strict = host.strictHostKeyChecking;
		const isKnownOtherwise = others.length > 0;
		const mayAdd = !isKnownOtherwise && (strict === 'accept-new' || strict === 'no');
		const agreed =
			mayAdd ||
			(strict !== 'yes' && (await agree(question(name, host, shown, others), {prompt, signal})));
		if (!agreed) {
			const isRefused = prompt !== undefined && strict !== 'yes';
			const how = isRefused ? 'was not trusted' : 'is not known here';
			throw new FleetError('host-key-unknown', `the ${shown} of ${name} ${how}`, {
				hint: hasAuthority
					? 'A certificate authority is known for it: set transport = "openssh", which can check host certificates.'
					: strict === 'yes'
						? 'StrictHostKeyChecking is yes: add the key to known_hosts yourself when you have compared it.'
						: isRefused
							? 'On the host `ssh-keygen -lf` says the fingerprint of its key in /etc/ssh. Compare them, then start again.'
							: `Connect once from a terminal, or with \`ssh ${host.alias}\`, and compare the fingerprint.`,
			});
		}

		await remember(host, `${type} ${key.toString('base64')}`, name);
	}
}

const identityOf = (host: SshHost): HostIdentity => ({
	host: host.hostName,
	port: host.port,
	alias: host.hostKeyAlias,
});

/** The types known for this host, to be offered first: or a host known by one looks changed. */
export const knownTypes = (known: readonly KnownHost[], host: SshHost): string[] => {
	const entries = entriesFor(known, identityOf(host));
	return [...new Set(entries.filter(entry => entry.marker === null).map(({type}) => type))];
};

/** All that the known_hosts files of the configuration say, for one login. */
export const readKnownHosts = async (host: SshHost): Promise<KnownHost[]> => {
	const files = [...host.userKnownHostsFiles, ...host.globalKnownHostsFiles];
	const entries = await Promise.all(
		files.map(async name => {
			const file = expandFile(name, host);
			// A file that is not there knows nobody; one that cannot be read is the same to ssh.
			return parseKnownHosts(await readFile(file, 'utf8').catch(() => ''), file);
		}),
	);
	return entries.flat();
};

const place = ({file, line}: KnownHost): string => `${file}, line ${line},`;

/** `known` is the entry that says otherwise, or the key that the host showed before. */
const mismatch = (name: string, shown: string, known: KnownHost | Buffer): FleetError => {
	const isEntry = !Buffer.isBuffer(known);
	return new FleetError(
		'host-key-mismatch',
		isEntry
			? `the host key of ${name} has changed: it shows the ${shown}, but ${place(known)} has ${fingerprint(known.key)}`
			: `the host key of ${name} changed while it was in use: it shows the ${shown}, but before it was ${fingerprint(known)}`,
		{
			hint: `Somebody may be listening in. If the host was set up anew, remove the old key: ssh-keygen -R '${name}'${isEntry ? ` -f '${known.file}'` : ''}`,
		},
	);
};

const question = (name: string, host: SshHost, shown: string, others: KnownHost[]): string =>
	[
		`The authenticity of host '${name}'${host.hostName === name ? '' : ` (${host.hostName})`} can't be established.`,
		`It shows the ${shown}.`,
		...others.map(
			other =>
				`Known so far is the ${keyKind(other.type)} key ${fingerprint(other.key)} (${place(other)} not shown now).`,
		),
		'Are you sure you want to continue connecting (yes/no)? ',
	].join('\n');

const agree = async (message: string, {prompt, signal}: Omit<Ask, 'known'>): Promise<boolean> => {
	for (let attempt = 0; prompt && attempt < 3; attempt++) {
		const answer = await prompt({message, echo: true}, signal);
		if (answer === null || /^\s*no\s*$/i.test(answer)) return false;
		if (/^\s*yes\s*$/i.test(answer)) return true;
		message = "Please type 'yes' or 'no': ";
	}

	return false;
};

/** Adds the key to the first of the user's files; one that cannot be written is no reason to refuse. */
const remember = async (host: SshHost, key: string, name: string): Promise<void> => {
	const [first] = host.userKnownHostsFiles;
	if (first === undefined) return;
	const file = expandFile(first, host);
	if (file === '/dev/null') return;
	try {
		await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
		const handle = await open(file, 'a+', 0o600);
		try {
			const text = await handle.readFile('utf8');
			const gap = text === '' || text.endsWith('\n') ? '' : '\n';
			await handle.appendFile(`${gap}${host.hashKnownHosts ? hashed(name) : name} ${key}\n`);
		} finally {
			await handle.close();
		}
	} catch {
		// Read-only home: the answer holds for as long as this program runs.
	}
};

const hashed = (name: string): string => {
	const salt = randomBytes(20);
	const hash = createHmac('sha1', salt).update(name).digest('base64');
	return `|1|${salt.toString('base64')}|${hash}`;
};

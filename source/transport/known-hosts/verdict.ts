import {matchesHost, knownHostName, type KnownHost} from './parse.ts';

/** What known_hosts says about the key that a host showed. */
export type Verdict =
	| {kind: 'known'}
	| {kind: 'revoked'; entry: KnownHost}
	| {kind: 'mismatch'; entry: KnownHost}
	| {
			kind: 'unknown';
			/** Keys of other types that are known for this host. */
			others: KnownHost[];
			/** A certificate authority vouches for this host, which only certificates can use. */
			hasAuthority: boolean;
	  };

export type HostIdentity = {
	/** The name that was resolved. */
	host: string;
	port: number;
	/** HostKeyAlias: stands for name and port. */
	alias: string | null;
};

/** Under which name known_hosts has the host. */
export const nameOf = ({host, port, alias}: HostIdentity): string =>
	alias?.toLowerCase() ?? knownHostName(host, port);

/** The entries that are about the host. */
export const entriesFor = (entries: readonly KnownHost[], identity: HostIdentity): KnownHost[] =>
	entries.filter(entry => matchesHost(entry.hosts, nameOf(identity)));

/**
 * Judges a key as ssh does: a revocation wins, then an exact match, then another key of the same
 * type is a changed host. A host on another port may be known by its plain name too.
 */
export const judge = (
	entries: readonly KnownHost[],
	identity: HostIdentity,
	shown: {type: string; key: Buffer},
): Verdict => {
	const about = entriesFor(entries, identity);
	const plain =
		identity.alias === null && identity.port !== 22
			? entriesFor(entries, {...identity, port: 22})
			: [];
	const isShown = (entry: KnownHost) => entry.key.equals(shown.key);
	const revoked = [...about, ...plain].find(entry => entry.marker === 'revoked' && isShown(entry));
	if (revoked) return {kind: 'revoked', entry: revoked};
	const keys = about.filter(entry => entry.marker === null);
	if (keys.some(isShown)) return {kind: 'known'};
	const changed = keys.find(entry => entry.type === shown.type);
	if (changed) return {kind: 'mismatch', entry: changed};
	if (plain.some(entry => entry.marker === null && isShown(entry))) return {kind: 'known'};
	return {
		kind: 'unknown',
		others: keys,
		hasAuthority: about.some(entry => entry.marker === 'cert-authority'),
	};
};

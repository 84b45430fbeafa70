import {readFile, stat} from 'node:fs/promises';
import ssh2, {type ParsedKey} from 'ssh2';
import {publicBlob} from './openssh-key.ts';

const {parseKey} = ssh2.utils;

/** What an IdentityFile turned out to be. */
export type KeyFile = {
	file: string;
	/** Null: it is encrypted in a form that hides it, and has no `.pub` beside it. */
	publicKey: ParsedKey | null;
	/** Null: it is encrypted, or only the public half is here. */
	privateKey: ParsedKey | null;
	/** Set when a passphrase opens it. */
	encrypted: string | null;
};

/** Why a file is passed over, in words for the auth error. */
export type Unusable = {file: string; why: string};

/** Reads one IdentityFile; null when it does not exist, as the defaults often do not. */
export const readKeyFile = async (file: string): Promise<KeyFile | Unusable | null> => {
	let text: string;
	try {
		const {mode, uid} = await stat(file);
		text = await readFile(file, 'utf8');
		const isPrivate = text.includes('PRIVATE KEY');
		if (isPrivate && uid === process.getuid?.() && (mode & 0o077) !== 0) {
			return {file, why: `others can read it, so ssh ignores it (chmod 600 ${file})`};
		}
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		return code === 'ENOENT' || code === 'ENOTDIR' ? null : {file, why: `unreadable (${code})`};
	}

	const key = first(parseKey(text));
	if (!(key instanceof Error)) {
		return {
			file,
			publicKey: key,
			privateKey: key.isPrivateKey() ? key : null,
			encrypted: null,
		};
	}

	const blob = publicBlob(text);
	if (/encrypted/i.test(key.message)) {
		return {file, publicKey: await besides(file, blob), privateKey: null, encrypted: text};
	}

	const type = blob ? blob.toString('latin1', 4, 4 + blob.readUInt32BE(0)) : text.slice(0, 40);
	return {
		file,
		why: /^sk-/.test(type)
			? 'a FIDO key, which needs transport = "openssh"'
			: `no key that this program can read (${key.message})`,
	};
};

/** Opens an encrypted key; null when the passphrase is wrong. */
export const unlockKey = (text: string, passphrase: string): ParsedKey | null => {
	const key = first(parseKey(text, passphrase));
	return key instanceof Error || !key.isPrivateKey() ? null : key;
};

const besides = async (file: string, blob: Buffer | null): Promise<ParsedKey | null> => {
	const key = blob
		? parseKey(blob)
		: parseKey(await readFile(`${file}.pub`, 'utf8').catch(() => ''));
	const parsed = first(key);
	return parsed instanceof Error ? null : parsed;
};

const first = (key: ParsedKey | ParsedKey[] | Error): ParsedKey | Error =>
	Array.isArray(key) ? (key[0] ?? new Error('empty')) : key;

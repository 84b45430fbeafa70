import {FleetError} from '../errors.ts';

/** Where a remote is, as the person wrote it; what is absent comes from the ssh configuration. */
export type Address = {
	/** A name, an alias or a literal address without brackets. */
	host: string;
	user?: string;
	port?: number;
};

/** What a person may write for one. */
export const addressForm =
	'user@host, host:port, [v6]:port, ssh://user@host:port or an alias of the ssh config';

// What OpenSSH itself refuses since 9.6: these would reach a shell through a ProxyCommand.
const unsafeHost = /[\s\u0000-\u001F\u007F'"`$\\;&<>|(){}]|^-/;
const unsafeUser = /[\u0000-\u001F\u007F'"`;&<>|(){}]|^-|\s-|\\$/;

/**
 * Reads `ssh =` of a remote, or one hop of a ProxyJump. Throws `config-invalid` when it is none
 * of the forms, or could be taken for an option or for shell text.
 */
export const parseAddress = (text: string): Address => {
	const uri = /^ssh:\/\/([^/]*)\/?$/i.exec(text);
	const authority = uri ? uri[1]! : text;
	const at = authority.lastIndexOf('@');
	const user = at === -1 ? undefined : unescape(authority.slice(0, at), uri !== null);
	const {host, port} = splitPort(authority.slice(at + 1));
	if (host === '' || unsafeHost.test(host) || user === '' || (user && unsafeUser.test(user))) {
		throw invalid(text);
	}

	if (port !== undefined && (port < 1 || port > 65_535)) throw invalid(text);
	return {
		host,
		...(user === undefined ? {} : {user}),
		...(port === undefined ? {} : {port}),
	};
};

/** Whether `parseAddress` takes it. */
export const isAddress = (text: string): boolean => {
	try {
		parseAddress(text);
		return true;
	} catch {
		return false;
	}
};

/** The arguments that name it to the `ssh` program. */
export const addressArguments = ({host, user, port}: Address): string[] => [
	...(port === undefined ? [] : ['-p', String(port)]),
	...(user === undefined ? [] : ['-l', user]),
	'--',
	host,
];

const splitPort = (text: string): {host: string; port?: number} => {
	const bracketed = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(text);
	const plain = /^([^:]*):(\d{1,5})$/.exec(text);
	const match = bracketed ?? plain;
	if (!match) {
		// Two colons or more are an IPv6 address; one without a number behind it is a mistake.
		const colons = text.split(':').length - 1;
		return {host: colons === 1 || /[[\]]/.test(text) ? '' : text};
	}

	return {host: match[1]!, ...(match[2] === undefined ? {} : {port: Number(match[2])})};
};

const unescape = (text: string, isUri: boolean): string => {
	if (!isUri) return text;
	try {
		return decodeURIComponent(text);
	} catch {
		return '';
	}
};

const invalid = (text: string) =>
	new FleetError('config-invalid', `"${text}" is no address of a host`, {
		hint: `Use ${addressForm}.`,
	});

import ssh2, {type BaseAgent, type ParsedKey} from 'ssh2';
import type {SshHost} from '../ssh-config/parse.ts';
import {expandFile} from '../ssh-config/tokens.ts';
import {readKeyFile, type KeyFile, type Unusable} from './key-file.ts';

/** A key that may log in. */
export type Identity =
	| {kind: 'agent'; label: string; publicKey: ParsedKey; agent: BaseAgent}
	| {kind: 'file'; label: string; key: KeyFile};

export type Identities = {
	keys: Identity[];
	/** What was passed over, and why. */
	unusable: Unusable[];
};

/** An agent that does not answer by then is passed over. */
const agentTimeoutMs = 3000;

/**
 * The keys to try, in the order of ssh: those of the agent that the configuration names, the
 * agent's others (unless IdentitiesOnly), then files that the agent does not have.
 */
export const findIdentities = async (host: SshHost): Promise<Identities> => {
	const files = [...new Set(host.identityFiles.map(file => expandFile(file, host)))];
	const [held, read] = await Promise.all([
		agentKeys(host),
		Promise.all(files.map(file => readKeyFile(file))),
	]);
	const unusable: Unusable[] = held.unusable;
	const found: KeyFile[] = [];
	for (const file of read) {
		if (file === null) continue;
		if ('why' in file) unusable.push(file);
		else found.push(file);
	}

	const isSame = (file: KeyFile, key: ParsedKey) =>
		file.publicKey?.getPublicSSH().equals(key.getPublicSSH()) ?? false;
	const named = found.flatMap(file => held.keys.filter(({publicKey}) => isSame(file, publicKey)));
	const others = host.identitiesOnly ? [] : held.keys.filter(key => !named.includes(key));
	const inFiles = found.filter(file => !held.keys.some(({publicKey}) => isSame(file, publicKey)));
	for (const {file, privateKey, encrypted} of inFiles) {
		if (!privateKey && encrypted === null) {
			unusable.push({file, why: 'only a public key, and no agent has its private half'});
		}
	}

	for (const file of host.certificateFiles) {
		unusable.push({file, why: 'a certificate, which needs transport = "openssh"'});
	}

	return {
		keys: [
			...named,
			...others,
			...inFiles
				.filter(({privateKey, encrypted}) => privateKey !== null || encrypted !== null)
				.map(key => ({kind: 'file' as const, label: key.file, key})),
		],
		unusable,
	};
};

type AgentIdentity = Extract<Identity, {kind: 'agent'}>;

const agentKeys = async (host: SshHost): Promise<{keys: AgentIdentity[]; unusable: Unusable[]}> => {
	const socket = agentSocket(host);
	if (socket === null) return {keys: [], unusable: []};
	const agent = ssh2.createAgent(socket);
	let timer: NodeJS.Timeout | undefined;
	try {
		const keys = await new Promise<ParsedKey[]>((resolve, reject) => {
			timer = setTimeout(() => reject(new Error('it does not answer')), agentTimeoutMs);
			agent.getIdentities((error, found) => {
				if (error) reject(error);
				else resolve((found ?? []) as ParsedKey[]);
			});
		});
		return {
			keys: keys.map(publicKey => ({
				kind: 'agent',
				label: `${publicKey.comment || publicKey.type} (agent)`,
				publicKey,
				agent,
			})),
			unusable: [],
		};
	} catch (error) {
		return {keys: [], unusable: [{file: `agent ${socket}`, why: (error as Error).message}]};
	} finally {
		clearTimeout(timer);
	}
};

/** IdentityAgent: a path, `SSH_AUTH_SOCK`, `$NAME` or `none`; without it, the environment's. */
const agentSocket = (host: SshHost): string | null => {
	const configured = host.identityAgent;
	if (configured === null || configured === 'SSH_AUTH_SOCK') {
		return process.env['SSH_AUTH_SOCK'] || null;
	}

	if (configured.toLowerCase() === 'none') return null;
	if (/^\$\w+$/.test(configured)) return process.env[configured.slice(1)] || null;
	return expandFile(configured, host);
};

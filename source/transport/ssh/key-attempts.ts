import type {AgentAuthMethod, ParsedKey, SigningRequestOptions} from 'ssh2';
import type {SshHost} from '../ssh-config/parse.ts';
import type {Ask} from './ask.ts';
import {findIdentities, type Identity} from './identities.ts';
import {unlockKey, type Unusable} from './key-file.ts';
import {Signer, signWith} from './signer.ts';
import type {Vault} from './vault.ts';

/** The public keys of one login, one attempt each. */
export class KeyAttempts {
	/** What was offered to the host, in words. */
	readonly tried: string[] = [];
	/** What was not, and why. */
	readonly unusable: Unusable[] = [];
	readonly #host: SshHost;
	readonly #vault: Vault;
	readonly #ask: Ask;
	#waiting: Identity[] = [];
	#hasSigned = false;

	constructor(host: SshHost, vault: Vault, ask: Ask) {
		this.#host = host;
		this.#vault = vault;
		this.#ask = ask;
	}

	/** Finds the keys; yields how many there are. */
	async load(): Promise<number> {
		if (!this.#host.preferredAuthentications.includes('publickey')) return 0;
		const {keys, unusable} = await findIdentities(this.#host);
		this.#waiting = keys;
		this.unusable.push(...unusable);
		return keys.length;
	}

	/** Whether the last attempt got as far as a signature: refused then, it was one of several factors. */
	takeSigned(): boolean {
		const signed = this.#hasSigned;
		this.#hasSigned = false;
		return signed;
	}

	/** The next key to show, or null when none is left. */
	async next(): Promise<AgentAuthMethod | null> {
		for (;;) {
			const identity = this.#waiting.shift();
			if (!identity) return null;
			const publicKey = await this.#publicKey(identity);
			if (!publicKey) continue;
			this.tried.push(identity.label);
			const agent = new Signer(publicKey, (data, options) => this.#sign(identity, data, options));
			return {type: 'agent', username: this.#host.user, agent};
		}
	}

	async #publicKey(identity: Identity): Promise<ParsedKey | null> {
		if (identity.kind === 'agent') return identity.publicKey;
		// An old encrypted form without `.pub`: only the passphrase shows what key it is.
		return identity.key.publicKey ?? this.#unlock(identity).catch(() => null);
	}

	async #sign(identity: Identity, data: Buffer, options: SigningRequestOptions): Promise<Buffer> {
		const signature =
			identity.kind === 'file'
				? signWith(identity.key.privateKey ?? (await this.#unlock(identity)), data, options)
				: await new Promise<Buffer>((resolve, reject) => {
						identity.agent.sign(identity.publicKey, data, options, (error, signed) => {
							if (signed) resolve(signed);
							else reject(error ?? new Error('the agent did not sign'));
						});
					});
		this.#hasSigned = true;
		return signature;
	}

	async #unlock({label, key}: Extract<Identity, {kind: 'file'}>): Promise<ParsedKey> {
		const open = this.#vault.unlocked.get(key.file);
		if (open) return open;
		let isAsked = false;
		for (let attempt = 0; attempt < this.#host.numberOfPasswordPrompts; attempt++) {
			const passphrase = await this.#ask(`Enter passphrase for key '${label}': `);
			if (passphrase === null) break;
			isAsked = true;
			// An empty line means: not this key.
			if (passphrase === '') break;
			const unlocked = unlockKey(key.encrypted!, passphrase);
			if (!unlocked) continue;
			this.#vault.unlocked.set(key.file, unlocked);
			return unlocked;
		}

		this.unusable.push({
			file: label,
			why: isAsked ? 'no right passphrase was given' : 'encrypted, and nobody can be asked here',
		});
		throw new Error(`${label} stays locked`);
	}
}

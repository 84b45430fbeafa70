import {HostTrust} from '../known-hosts/host-trust.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import {Vault} from './vault.ts';

/** What is kept of each host between connections: its key, and what the person typed for it. */
export class Acquaintances {
	readonly #known = new Map<string, {trust: HostTrust; vault: Vault}>();

	of({user, hostName, port}: SshHost): {trust: HostTrust; vault: Vault} {
		const name = `${user}@${hostName}:${port}`;
		let known = this.#known.get(name);
		if (!known) this.#known.set(name, (known = {trust: new HostTrust(), vault: new Vault()}));
		return known;
	}

	clear(): void {
		for (const {vault} of this.#known.values()) vault.clear();
		this.#known.clear();
	}
}

import {createHmac, randomBytes, timingSafeEqual} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';

/**
 * What an agent shows to speak for itself, and for no other: its id, signed with a key of this state
 * folder. It lasts as long as the folder, so neither a reconnect nor the next daemon makes it stale.
 */
export class AgentTokens {
	readonly #key: Buffer;

	constructor(stateFolder: string) {
		this.#key = readKey(path.join(stateFolder, 'agent-key'));
	}

	issue(id: string): string {
		return `${id}.${this.#sign(id).toString('base64url')}`;
	}

	/** The agent that holds this token; undefined for what was never issued. */
	verify(token: string): string | undefined {
		const at = token.lastIndexOf('.');
		const id = token.slice(0, Math.max(at, 0));
		const shown = Buffer.from(token.slice(at + 1), 'base64url');
		const right = this.#sign(id);
		return shown.length === right.length && timingSafeEqual(shown, right) ? id : undefined;
	}

	#sign(id: string): Buffer {
		return createHmac('sha256', this.#key).update(id).digest().subarray(0, 18);
	}
}

const readKey = (file: string): Buffer => {
	try {
		const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
		if (key.length === 32) return key;
	} catch {
		// The first start.
	}

	const key = randomBytes(32);
	try {
		writeFileSync(file, `${key.toString('hex')}\n`, {mode: 0o600});
	} catch {
		// A full disk: this one lasts as long as the daemon.
	}

	return key;
};

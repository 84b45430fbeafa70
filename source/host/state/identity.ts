import {randomBytes} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';

/** Made once for a state folder: tells two hosts of one name apart. */
export const readIdentity = (state: string): string => {
	const file = path.join(state, 'identity');
	try {
		const identity = readFileSync(file, 'utf8').trim();
		if (/^[0-9a-f]{32}$/.test(identity)) return identity;
	} catch {
		// The first start.
	}

	const identity = randomBytes(16).toString('hex');
	try {
		writeFileSync(file, `${identity}\n`, {mode: 0o600});
	} catch {
		// A full disk: this one lasts as long as the daemon.
	}

	return identity;
};

import type {ParsedKey} from 'ssh2';

/**
 * What a person was asked for at one host, in memory for as long as the transport lives: the bulk
 * lane and every reconnect log in without asking again.
 */
export class Vault {
	/** Keys that a passphrase opened, by file. */
	readonly unlocked = new Map<string, ParsedKey>();
	password: string | undefined;
	/** Answers to keyboard-interactive, by the question. */
	readonly answers = new Map<string, string>();

	/** Nothing secret outlives the transport. */
	clear(): void {
		this.unlocked.clear();
		this.answers.clear();
		this.password = undefined;
	}
}

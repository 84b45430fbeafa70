import type {AnyAuthMethod, AuthHandlerMiddleware, AuthenticationType} from 'ssh2';
import {FleetError} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import type {Prompt} from '../prompt.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import {askThrough} from './ask.ts';
import {placeOf} from './failures.ts';
import {KeyAttempts} from './key-attempts.ts';
import {QuestionAttempts} from './question-attempts.ts';
import type {Vault} from './vault.ts';

// More keys than this, and the host is first asked what it takes: each refused key counts
// against MaxAuthTries, but asking costs a round trip.
const fewKeys = 3;

/**
 * Logs in the way ssh does: methods in the configuration's order, every key, then questions where
 * there is somebody to answer. One per connection.
 */
export class Authenticator {
	readonly #host: SshHost;
	readonly #keys: KeyAttempts;
	readonly #questions: QuestionAttempts;
	readonly #canAsk: boolean;
	/** How many keys there are; looked for while the key exchange is on its way. */
	readonly #loading: Promise<number>;
	#hasBegun = false;
	/** What the host still takes; null while it has not said. */
	#accepted: readonly string[] | null = null;
	readonly #everAccepted = new Set<string>();
	#askedLast = false;

	constructor(
		host: SshHost,
		{vault, prompt, signal}: {vault: Vault; prompt: Prompt | undefined; signal: AbortSignal},
	) {
		const ask = askThrough(prompt, signal);
		this.#host = host;
		this.#keys = new KeyAttempts(host, vault, ask);
		this.#questions = new QuestionAttempts(host, vault, ask);
		this.#canAsk = prompt !== undefined;
		this.#loading = this.#keys.load();
		// Whoever waits for it is told; a login that ends before asks nobody.
		this.#loading.catch(() => {});
	}

	/** What ssh2 calls for each attempt. */
	readonly handler: AuthHandlerMiddleware = (left, partial, next) => {
		this.#next(left, partial).then(
			attempt => next(attempt as AnyAuthMethod),
			() => next(false as unknown as AuthenticationType),
		);
	};

	/** The host let us in. */
	keep(): void {
		this.#questions.keep();
	}

	/** What was tried, in order. */
	get tried(): string[] {
		return [...this.#keys.tried, ...this.#questions.tried];
	}

	/** What to tell the person when nothing was accepted. */
	failure(): FleetError {
		const {tried} = this;
		const accepted = [...this.#everAccepted];
		const passed = this.#keys.unusable.map(({file, why}) => `${file} (${why})`);
		const hint = [
			`Tried: ${tried.length > 0 ? tried.join(', ') : 'nothing, for there was no key'}.`,
			accepted.length > 0 && `The host takes: ${plainText(accepted.join(', '), 200)}.`,
			passed.length > 0 && `Passed over: ${passed.join('; ')}.`,
			!this.#canAsk &&
				accepted.some(method => method !== 'publickey') &&
				'Questions can be answered only on a terminal.',
			'For certificates, FIDO keys or GSSAPI set transport = "openssh".',
		];
		return new FleetError(
			'auth-failed',
			`${placeOf(this.#host)} did not let ${this.#host.user} in`,
			{
				hint: hint.filter(Boolean).join(' '),
			},
		);
	}

	async #next(
		left: readonly string[] | null,
		partial: boolean | null,
	): Promise<AnyAuthMethod | false> {
		const none = {type: 'none', username: this.#host.user} as const;
		if (!this.#hasBegun) {
			this.#hasBegun = true;
			const count = await this.#loading;
			if (count === 0 || count > fewKeys) return none;
		}

		// A key whose signature the host wanted, and yet no entry: it was one of several factors.
		// ssh2 does not pass on what the host said then, so what it takes is open again.
		const signed = this.#keys.takeSigned();
		for (const method of left ?? []) this.#everAccepted.add(method);
		this.#accepted = signed ? null : left;
		for (const method of this.#order(signed || partial === true)) {
			const attempt = await this.#attempt(method);
			if (attempt) return attempt;
		}

		if (this.#askedLast || this.#everAccepted.size > 0) return false;
		// One round trip more, so that the error can say what the host would take.
		this.#askedLast = true;
		return none;
	}

	/** After a factor that was accepted, other methods come before more keys. */
	#order(isSecondFactor: boolean): string[] {
		const order = this.#host.preferredAuthentications;
		if (!isSecondFactor) return order;
		return [...order.filter(method => method !== 'publickey'), 'publickey'];
	}

	async #attempt(method: string): Promise<AnyAuthMethod | null> {
		if (this.#accepted !== null && !this.#accepted.includes(method)) return null;
		switch (method) {
			case 'publickey':
				return this.#keys.next();
			case 'keyboard-interactive':
				return this.#canAsk || this.#questions.canReplay ? this.#questions.interactive() : null;
			case 'password':
				return this.#questions.password();
			default:
				return null;
		}
	}
}

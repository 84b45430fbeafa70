import ssh2, {type ParsedKey, type SignCallback, type SigningRequestOptions} from 'ssh2';

type Sign = (data: Buffer, options: SigningRequestOptions) => Promise<Buffer>;

/**
 * An "agent" of a single key. ssh2 shows the host an agent's public key first and asks for a
 * signature only when the host would take it, so a passphrase is asked for only when it will help.
 */
export class Signer extends ssh2.BaseAgent<ParsedKey> {
	readonly #publicKey: ParsedKey;
	readonly #sign: Sign;

	constructor(publicKey: ParsedKey, sign: Sign) {
		super();
		this.#publicKey = publicKey;
		this.#sign = sign;
	}

	override getIdentities(callback: (error?: Error | null, keys?: ParsedKey[]) => void): void {
		callback(null, [this.#publicKey]);
	}

	override sign(
		_key: unknown,
		data: Buffer,
		options: SigningRequestOptions | SignCallback,
		callback?: SignCallback,
	): void {
		const done = typeof options === 'function' ? options : callback!;
		this.#sign(data, typeof options === 'function' ? {} : options).then(
			signature => done(null, signature),
			(error: Error) => done(error),
		);
	}
}

/** Signs with a private key that is in memory. */
export const signWith = (key: ParsedKey, data: Buffer, options: SigningRequestOptions): Buffer => {
	const signature: unknown = key.sign(data, options.hash);
	if (signature instanceof Error) throw signature;
	return signature as Buffer;
};

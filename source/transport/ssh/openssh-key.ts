const magic = 'openssh-key-v1\0';

/**
 * The public key inside a private key file of OpenSSH's own format, which is readable without the
 * passphrase (PROTOCOL.key of OpenSSH), or null when the text is no such file.
 */
export const publicBlob = (text: string): Buffer | null => {
	const body =
		/-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----/.exec(
			text,
		)?.[1];
	if (!body) return null;
	const data = Buffer.from(body, 'base64');
	if (data.toString('latin1', 0, magic.length) !== magic) return null;
	let at = magic.length;
	const next = (): Buffer | null => {
		if (at + 4 > data.length) return null;
		const length = data.readUInt32BE(at);
		if (at + 4 + length > data.length) return null;
		at += 4 + length;
		return data.subarray(at - length, at);
	};

	// Cipher, key derivation and its options; the number of keys; then the first public key.
	if (!next() || !next() || !next()) return null;
	at += 4;
	const blob = next();
	return blob && blob.length > 4 ? blob : null;
};

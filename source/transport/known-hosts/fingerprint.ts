import {createHash} from 'node:crypto';

/** The form in which ssh shows a key: `SHA256:` and unpadded base64. */
export const fingerprint = (key: Buffer): string =>
	`SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** `ssh-ed25519` as people know it: `ED25519`. */
export const keyKind = (type: string): string => {
	if (type.startsWith('sk-')) return `${keyKind(type.slice(3))}-SK`;
	if (type.startsWith('ssh-ed25519')) return 'ED25519';
	if (type.startsWith('ecdsa-')) return 'ECDSA';
	if (type === 'ssh-rsa' || type.startsWith('rsa-')) return 'RSA';
	return type;
};

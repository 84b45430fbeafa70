import type {Duplex} from 'node:stream';
import ssh2, {type Client} from 'ssh2';
import {FleetError, toFleetError} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import type {LoginFacts} from '../connection.ts';
import {fingerprint} from '../known-hosts/fingerprint.ts';
import {knownTypes, readKnownHosts, type HostTrust} from '../known-hosts/host-trust.ts';
import type {Prompt} from '../prompt.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import {offeredAlgorithms} from './algorithms.ts';
import {Authenticator} from './authenticator.ts';
import {handshakeFailed, lost, placeOf, timedOut} from './failures.ts';
import {gatherWrites} from './gather-writes.ts';
import {probeIntervalMs} from './liveness.ts';
import {defaultConnectTimeoutMs} from './socket.ts';
import {StepDeadline} from './step-deadline.ts';
import type {Vault} from './vault.ts';

export type LoginOptions = {
	/** The byte stream to the host's sshd. */
	stream: Duplex;
	vault: Vault;
	trust: HostTrust;
	prompt: Prompt | undefined;
	/** Only the host key that was seen before will do. */
	pinned: boolean;
	signal: AbortSignal;
};

export type LoggedIn = {client: Client; facts: LoginFacts};

/**
 * The SSH handshake and the login over a stream that is open. The client that it yields belongs to
 * the caller; on failure the stream is destroyed.
 */
export const logIn = async (
	host: SshHost,
	options: LoginOptions,
): Promise<{client: Client; facts: LoginFacts}> => {
	const {stream, vault, trust, pinned, signal} = options;
	const known = await readKnownHosts(host);
	const algorithms = offeredAlgorithms(host, knownTypes(known, host));
	const client = new ssh2.Client();
	const limit = host.connectTimeoutMs ?? defaultConnectTimeoutMs;
	let fail: (error: unknown) => void;
	const failed = new Promise<never>((_, reject) => {
		fail = reject;
	});
	const deadline = new StepDeadline(limit, () => fail(timedOut(host, limit)));
	const prompt = deadline.around(options.prompt);
	// Ends what a person is asked, too, when the connection goes while they think.
	const over = new AbortController();
	const ended = AbortSignal.any([signal, over.signal]);
	const auth = new Authenticator(host, {vault, prompt, signal: ended});
	let hostKeyError: FleetError | undefined;
	let isTrusted = false;
	let hostKey = '';
	const onAbort = () => fail(signal.reason);

	const ready = new Promise<void>(resolve => {
		client
			.on('ready', resolve)
			.on('handshake', () => deadline.restart())
			.on('error', (error: Error & {level?: string}) => {
				// A key that could not sign is no failure: the next one is tried.
				if (error.level === 'agent') return;
				if (hostKeyError) return fail(hostKeyError);
				if (error.level === 'client-authentication') return fail(auth.failure());
				fail(isTrusted ? dropped(host, error) : handshakeFailed(host, error));
			})
			.on('close', () => fail(hostKeyError ?? lost(host, 'it closed the connection')))
			.on('change password', message => {
				fail(
					new FleetError('auth-failed', `${placeOf(host)} demands a new password`, {
						hint: `It says: ${plainText(message, 200)}. Log in once with \`ssh ${host.alias}\`.`,
					}),
				);
			});
	});

	signal.addEventListener('abort', onAbort, {once: true});
	try {
		signal.throwIfAborted();
		deadline.restart();
		gatherWrites(stream);
		client.connect({
			sock: stream as never,
			username: host.user,
			algorithms,
			authHandler: (left, partial, next) => {
				deadline.restart();
				auth.handler(left, partial, next);
			},
			hostVerifier: (key: Buffer, verify: (isValid: boolean) => void) => {
				hostKey = fingerprint(key);
				// A rekey asks again, and must not wait.
				if (trust.hasSeen(key)) {
					isTrusted = true;
					return verify(true);
				}

				trust.check(host, key, {known, prompt, signal: ended, pinned}).then(
					() => {
						isTrusted = true;
						verify(true);
					},
					(error: unknown) => {
						hostKeyError = toFleetError(error, 'host-key-unknown');
						verify(false);
					},
				);
			},
			readyTimeout: 0,
			// Only to make the other side speak; who judges the silence is liveness.ts.
			keepaliveInterval: probeIntervalMs,
			keepaliveCountMax: Number.MAX_SAFE_INTEGER,
			strictVendor: false,
		});
		await Promise.race([ready, failed]);
		auth.keep();
		return {client, facts: {hostKey, tried: auth.tried}};
	} catch (error) {
		client.on('error', () => {});
		stream.destroy();
		throw error;
	} finally {
		// Later failures belong to the connection, and nobody waits for this promise any more.
		failed.catch(() => {});
		signal.removeEventListener('abort', onAbort);
		deadline.stop();
		over.abort();
		client.removeAllListeners('ready').removeAllListeners('handshake');
	}
};

const dropped = (host: SshHost, error: Error): FleetError => {
	const text = plainText(error.message, 200);
	return /too many authentication failures/i.test(text)
		? new FleetError('auth-failed', `${placeOf(host)} did not let ${host.user} in: ${text}`, {
				hint: 'It was offered more keys than it allows: set IdentityFile and IdentitiesOnly yes for this host.',
			})
		: lost(host, text, error);
};

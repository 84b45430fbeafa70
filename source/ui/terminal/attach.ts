import {FleetError, toFleetError, type ErrorCode} from '../../errors.ts';
import type {AttachSession} from '../../client/client.ts';
import type {UiConfig} from '../../config/config.ts';
import {fit, harmless} from '../present/cells.ts';
import {defaultDetachKey, detachKeyOf} from './detach-key.ts';
import {forwardInput} from './forward-input.ts';
import {holdTerminal} from './hold-terminal.ts';
import type {Interjection} from './interject.ts';
import {joinSession} from './join-session.ts';
import {clearScreen, lastLine} from './modes.ts';
import {waitToRetry} from './wait-to-retry.ts';

export type Terminal = {stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream};

export type AttachOptions = Terminal & {
	/** Opens the agent's terminal, with a deadline of its own; asked again whenever the link was lost. */
	open(options: {
		cols: number;
		rows: number;
		observe: boolean;
		signal: AbortSignal;
	}): Promise<AttachSession>;
	/** Whose terminal it is, for what is said on the last line. */
	name: string;
	/** As configured; what is no control key counts as the default. */
	detachKey?: string;
	/** Whether letters appear before the host echoes them; `auto` where not told. */
	localEcho?: UiConfig['localEcho'] | undefined;
	/** Look only: nothing that is typed reaches the agent. */
	observe?: boolean;
	/** Calls back when the host can be reached again: then it is not waited any longer. */
	onLinkBack?(listener: () => void): () => void;
	/** What may be said on the terminal beside the agent's own output. */
	interjection?: Interjection;
	signal: AbortSignal;
};

export type AttachOutcome =
	| {kind: 'detached'}
	| {kind: 'ended'; exit: {code: number | null; signal: string | null}}
	/** What trying again cannot mend; also when the first try failed. */
	| {kind: 'failed'; error: FleetError};

/** What no further try will mend. */
const finalCodes: ReadonlySet<ErrorCode> = new Set([
	'no-such-agent',
	// It has ended while the link was away.
	'conflict',
	'usage',
	'auth-failed',
	'host-key-mismatch',
	'host-key-revoked',
	'host-key-unknown',
	'host-missing',
	'protocol-mismatch',
	'not-supported',
	'denied',
	// A person stopped the daemon: trying again would start it.
	'needs-person',
]);

/** How long the screen may stay empty before it says what it waits for; a far host answers within. */
const patienceMs = 700;

/**
 * Joins the person's terminal to an agent's until they press the detach key or the agent ends.
 * When the link is lost the last line says so, and the screen comes back by itself. Whatever
 * happens, the terminal is left as it was found. Inside Ink: call it in `suspendTerminal()`.
 */
export const attach = async (options: AttachOptions): Promise<AttachOutcome> => {
	const {stdin, stdout, open, name, observe = false, signal} = options;
	const key = detachKeyOf(options.detachKey ?? defaultDetachKey);
	const left = new AbortController();
	const over = AbortSignal.any([signal, left.signal]);
	const say = (text: string) => {
		const {columns = 80, rows = 24} = stdout;
		stdout.write(lastLine(fit(` ${harmless(text)}`, columns), rows));
	};

	// The whole screen is the agent’s: the title is where it can be said how to leave.
	const release = holdTerminal({stdin, stdout}, `${name} · ${key.label} leaves`);
	let session: AttachSession | undefined;
	let wake: (() => void) | undefined;
	// What the agent prints would draw over it at once: it is said again for a moment.
	let observing: NodeJS.Timeout | undefined;
	let observingUntil = 0;
	const sayObserving = () => {
		observingUntil = Date.now() + 2000;
		const again = () => {
			if (session && Date.now() <= observingUntil) {
				return say(`looking only: nothing typed reaches ${name} · ${key.label} leaves`);
			}

			observing = void clearInterval(observing);
			// Told the size that it has, the host draws what stood there.
			session?.resize(sizeOf(stdout));
		};

		observing ??= setInterval(again, 200);
		again();
	};
	// A host that does not answer is given up after seconds, and an empty screen tells of nothing.
	let isWaitSaid = false;
	const waiting = setTimeout(() => {
		isWaitSaid = true;
		say(`waiting for ${name} … · ${key.label} leaves`);
	}, patienceMs);
	const input = forwardInput(stdin, {
		key,
		holdsEarly: !observe,
		onDetach: () => left.abort(),
		onDropped() {
			wake?.();
			if (observe && session) sayObserving();
		},
	});
	const forget = options.onLinkBack?.(() => wake?.());
	const onResize = () => session?.resize(sizeOf(stdout));
	stdout.on('resize', onResize);

	try {
		let attempt = 0;
		for (;;) {
			try {
				const asked = sizeOf(stdout);
				session = await open({...asked, observe, signal: over});
				clearTimeout(waiting);
				const {cols, rows} = sizeOf(stdout);
				// It was resized meanwhile, with nobody to tell.
				if (cols !== asked.cols || rows !== asked.rows) onResize();
			} catch (thrown) {
				if (left.signal.aborted) return {kind: 'detached'};
				const error = toFleetError(thrown, 'connection-lost');
				if (signal.aborted) return {kind: 'failed', error: interrupted()};
				if (attempt === 0 || finalCodes.has(error.code)) return {kind: 'failed', error};
			}

			if (session) {
				if (attempt > 0 || isWaitSaid) stdout.write(clearScreen);
				attempt = 0;
				isWaitSaid = false;
				const exit = await joinSession(session, {
					stdout,
					over,
					input,
					observe,
					localEcho: observe ? 'never' : (options.localEcho ?? 'auto'),
					size: sizeOf(stdout),
					interjection: options.interjection,
				});
				session = undefined;
				if (left.signal.aborted) return {kind: 'detached'};
				if (signal.aborted) return {kind: 'failed', error: interrupted()};
				if (exit) return {kind: 'ended', exit};
			}

			attempt++;
			await waitToRetry(attempt, {
				over,
				say: text => say(`${text} · keys are dropped · ${key.label} leaves`),
				onWakeable(wakeNow) {
					wake = wakeNow;
				},
			});
			if (left.signal.aborted) return {kind: 'detached'};
			if (signal.aborted) return {kind: 'failed', error: interrupted()};
			say(`link lost: reconnecting (${attempt}) · ${key.label} leaves`);
		}
	} finally {
		clearTimeout(waiting);
		clearInterval(observing);
		session?.close();
		forget?.();
		stdout.off('resize', onResize);
		input.close();
		release();
	}
};

const interrupted = (): FleetError => new FleetError('interrupted', 'interrupted');

const sizeOf = (stdout: NodeJS.WriteStream): {cols: number; rows: number} => ({
	cols: stdout.columns || 80,
	rows: stdout.rows || 24,
});

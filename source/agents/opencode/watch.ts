import {createParser} from 'eventsource-parser';
import {setTimeout as delay} from 'node:timers/promises';
import type {WatchContext} from '../kind.ts';
import {strength} from '../../host/arbiter/rules.ts';
import {call, findServer, openEvents, type Server} from './api.ts';
import {applyEvent, emptyOpencode, fromLists, opencodeEvidence, type Opencode} from './model.ts';

const lookEveryMs = 250;
const lookLaterEveryMs = 2000;
/** A program that ends is gone by then; one that is busy answers again. */
const graceMs = 2000;
/** It listens within seconds of its start; one that does not was started with flags of its own. */
const patienceMs = 60_000;

/** Follows opencode's own API: its event stream, and its lists whenever that begins anew. */
export const watchOpencode = async (context: WatchContext): Promise<void> => {
	const {pid, processes, signal, emit} = context;
	const since = Date.now();
	let known = emptyOpencode;
	/** Since when it has not answered; null while it does, and after that was told. */
	let silentSince: number | null = null;
	while (!signal.aborted) {
		const server = findServer(pid, processes);
		if (server) {
			await follow(server, context, {
				since,
				get: () => known,
				set: next => (known = next),
				opened: () => (silentSince = Infinity),
			}).catch(() => {});
			if (silentSince === Infinity) silentSince = Date.now();
		}

		if (silentSince !== null && Date.now() - silentSince >= graceMs && !signal.aborted) {
			silentSince = null;
			emit(silent());
		}

		const patient = server !== undefined || Date.now() - since < patienceMs;
		await delay(patient ? lookEveryMs : lookLaterEveryMs, undefined, {signal, ref: false}).catch(
			() => {},
		);
	}
};

type Following = {
	/** When this run began to be watched: only what happened after it happened in this run. */
	since: number;
	get: () => Opencode;
	set: (next: Opencode) => void;
	/** Its event stream stands. */
	opened: () => void;
};

const follow = async (
	server: Server,
	{emit, signal}: WatchContext,
	{since, get, set, opened}: Following,
): Promise<void> => {
	let told = '';
	const tell = (): void => {
		const evidence = opencodeEvidence(get(), Date.now());
		const text = JSON.stringify({...evidence, at: 0});
		if (text === told) return;
		told = text;
		emit(evidence);
	};

	let synced = false;
	const parser = createParser({
		onEvent({data}) {
			const next = applyEvent(get(), parse(data));
			if (next === get()) return;
			set(next);
			if (synced) tell();
		},
	});
	const sync = async (): Promise<void> => {
		const [sessions, status, permissions, questions] = await Promise.all(
			['/session', '/session/status', '/permission', '/question'].map(path =>
				call(server, 'GET', path),
			),
		);
		set(fromLists(get(), {sessions, status, permissions, questions, since}));
		synced = true;
		tell();
	};

	// A request that comes while it begins to listen is never answered, and a stream that is given up
	// leaves a listener behind in opencode: so this one asks until it answers.
	await call(server, 'GET', '/global/health');
	const ending = new AbortController();
	await openEvents(
		server,
		text => parser.feed(text),
		() => {
			opened();
			// Without the lists events say little: then all of it begins anew.
			sync().catch(() => ending.abort());
		},
		AbortSignal.any([signal, ending.signal]),
	);
};

const parse = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

const silent = () => ({
	source: 'api',
	state: null,
	strength: strength.none,
	at: Date.now(),
	expiresAt: null,
	detail: 'its API does not answer',
});

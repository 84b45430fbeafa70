import * as v from 'valibot';
import type {Client} from '../../client/client.ts';
import {FleetError} from '../../errors.ts';
import type {Content, Endpoint} from '../endpoint/endpoint.ts';
import type {BytePath} from '../path.ts';
import type {SharedSettings} from '../settings.ts';
import {syncTrace} from '../trace.ts';
import {decodeFrame, encodeFrame} from './frame.ts';
import {callAnswers, type CallAnswer, type CallArgument, type RemoteCall} from './wire.ts';

export type RemoteEndpoint = Endpoint & {
	/** Asks the host to tell of changes by `sync.changed`; to be asked again after each look at the whole. */
	watch(): Promise<CallAnswer<'watch'>>;
	/**
	 * The lane for what is large will be needed: it is made while something else is done, once the host
	 * has answered, so that nothing is started there twice.
	 */
	prepare(): void;
};

export type RemoteEndpointOptions = {
	/** The lane on which a keystroke waits for nothing. */
	interactive: Pick<Client, 'request'>;
	/** The lane for what is large. */
	bulk: Pick<Client, 'request'>;
	settings: SharedSettings;
	root: string;
	signal: AbortSignal;
};

type CallOptions = {
	parts?: readonly Uint8Array[];
	/** By the lane for what is large. */
	large?: boolean;
	stop?: AbortSignal | undefined;
};

/** More than this waits for no keystroke, and no keystroke waits for it. */
const interactiveBytes = 64 * 1024;
const interactiveEntries = 500;
/** The first scan of half a million files reads them all. */
const scanTimeoutMs = 15 * 60 * 1000;
const callTimeoutMs = 2 * 60 * 1000;

/** The host's side of a rule, over its daemon. What it answers is parsed before it is believed. */
export const createRemoteEndpoint = (options: RemoteEndpointOptions): RemoteEndpoint => {
	const {interactive, bulk, settings, root, signal} = options;
	let isBulkWanted = false;

	const call = async <C extends RemoteCall>(
		name: C,
		argument: CallArgument<C>,
		{parts = [], large = false, stop}: CallOptions = {},
	): Promise<{answer: CallAnswer<C>; parts: Buffer[]}> => {
		const body = encodeFrame({settings, root, argument}, parts);
		const lane = large || body.length > interactiveBytes ? bulk : interactive;
		const response = await syncTrace.around(
			`${name} by ${lane === bulk ? 'bulk' : 'interactive'}`,
			() =>
				lane.request('POST', `/v1/sync/${name}`, {
					body,
					signal: stop === undefined ? signal : AbortSignal.any([signal, stop]),
					timeoutMs: name === 'scan' ? scanTimeoutMs : callTimeoutMs,
					accept: 'application/octet-stream',
				}),
		);
		const frame = decodeFrame(response.body);
		const parsed = v.safeParse(callAnswers[name], frame.value);
		if (!parsed.success) {
			throw new FleetError('bad-response', `the host’s answer to sync ${name} is malformed`, {
				cause: parsed.issues,
			});
		}

		return {answer: parsed.output as CallAnswer<C>, parts: frame.parts};
	};

	const joined = (
		items: ReadonlyArray<{path: BytePath; signature: string}>,
		parts: readonly Buffer[],
	): Content[] =>
		items.flatMap((item, index) => {
			const bytes = parts[index];
			return bytes === undefined ? [] : [{...item, bytes}];
		});

	return {
		async open({create, others}) {
			const {answer} = await call('open', {create, others: others && [...others]});
			// No call of the rule: the first of those may refuse it.
			if (isBulkWanted) bulk.request('GET', '/v1/ping', {signal}).catch(() => {});
			isBulkWanted = false;
			return answer;
		},
		async scan(argument) {
			// Most looks find little: what does not fit is asked for on the other lane.
			const {answer, parts} = await call('scan', {
				...argument,
				folders: [...argument.folders],
				inlineBytes: Math.min(argument.inlineBytes, interactiveBytes),
				entries: interactiveEntries,
			});
			return {...answer, contents: joined(answer.contents, parts)};
		},
		changes: async cursor => (await call('changes', cursor, {large: true})).answer,
		async read(request) {
			const bytes = request.items.reduce((sum, {size}) => sum + size, 0);
			const {answer, parts} = await call('read', request, {large: bytes > interactiveBytes});
			return {...answer, bytes: parts[0] ?? new Uint8Array()};
		},
		async readPart(part) {
			const {parts} = await call('readPart', part, {large: true});
			return parts[0] ?? new Uint8Array();
		},
		async stagePart({txn, path, offset, bytes}) {
			await call('stagePart', {txn, path, offset}, {parts: [bytes], large: true});
		},
		stageFolder: async txn => (await call('stageFolder', {txn})).answer,
		async commit({contents, packs, ...commit}, stop) {
			const items = contents.map(({path, signature}) => ({path, signature}));
			const parts = [...contents, ...packs].map(({bytes}) => bytes);
			const packed = packs.map(({of, coding}) => ({of, coding}));
			const argument = {...commit, contents: items, packs: packed};
			return (await call('commit', argument, {parts, stop})).answer;
		},
		done: async txn =>
			(await call('done', {txn})).answer.paths.map(([path, is]) => [path, is ?? undefined]),
		settle: async options => (await call('settle', options)).answer,
		watch: async () => (await call('watch', {})).answer,
		prepare() {
			isBulkWanted = true;
		},
		async close() {},
	};
};

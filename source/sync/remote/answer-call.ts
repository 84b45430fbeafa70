import * as v from 'valibot';
import {FleetError} from '../../errors.ts';
import type {Commit, Content, Endpoint} from '../endpoint/endpoint.ts';
import type {SharedSettings} from '../settings.ts';
import {decodeFrame, encodeFrame} from './frame.ts';
import {callArguments, callSchema, type CallArgument, type RemoteCall} from './wire.ts';

export type ParsedCall = {
	settings: SharedSettings;
	root: string;
	argument: unknown;
	parts: Buffer[];
};

const parse = <S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> => {
	const parsed = v.safeParse(schema, value);
	if (parsed.success) return parsed.output;
	const [issue] = parsed.issues;
	const where = v.getDotPath(issue as v.BaseIssue<unknown>) ?? 'the body';
	throw new FleetError('usage', `${where}: ${issue.message}`);
};

export const isRemoteCall = (name: string): name is RemoteCall =>
	Object.hasOwn(callArguments, name);

/** Which rule a call is for, and its argument as it came. Throws `usage`. */
export const parseCall = (body: Buffer): ParsedCall => {
	const {value, parts} = decodeFrame(body);
	return {...parse(callSchema, value), parts};
};

/** Which transaction a commit is, and which one must be done before it. */
export const commitOrder = ({argument}: ParsedCall): Pick<Commit, 'txn' | 'after'> =>
	parse(v.pick(callArguments.commit, ['txn', 'after']), argument);

/** Does what the laptop asks of this side, and frames the answer. */
export const answerCall = async (
	endpoint: Endpoint,
	name: Exclude<RemoteCall, 'watch'>,
	{argument, parts}: ParsedCall,
): Promise<Buffer> => {
	const taken = <C extends RemoteCall>(call: C): CallArgument<C> =>
		parse(callArguments[call] as v.GenericSchema, argument) as CallArgument<C>;
	switch (name) {
		case 'open':
			return encodeFrame(await endpoint.open(taken('open')));
		case 'scan': {
			const request = taken('scan');
			const reply = await endpoint.scan({...request, since: request.since});
			return withContents(reply, reply.contents);
		}

		case 'changes':
			return encodeFrame(await endpoint.changes(taken('changes')));
		case 'read': {
			const {bytes, ...pack} = await endpoint.read(taken('read'));
			return encodeFrame(pack, [bytes]);
		}

		case 'readPart':
			return encodeFrame({}, [await endpoint.readPart(taken('readPart'))]);
		case 'stagePart':
			await endpoint.stagePart({...taken('stagePart'), bytes: parts[0] ?? new Uint8Array()});
			return encodeFrame({});
		case 'stageFolder':
			return encodeFrame(await endpoint.stageFolder(taken('stageFolder').txn));
		case 'commit': {
			const {contents, packs, operations, ...rest} = taken('commit');
			const bytesOf = (index: number) => parts[index] ?? new Uint8Array();
			const reply = await endpoint.commit({
				...rest,
				operations: operations.map(operation =>
					operation.kind === 'put'
						? {...operation, expected: operation.expected, copy: operation.copy}
						: operation,
				),
				contents: contents.map((item, index) => ({...item, bytes: bytesOf(index)})),
				packs: packs.map((pack, index) => ({
					...pack,
					bytes: bytesOf(contents.length + index),
				})),
			});
			return encodeFrame(reply);
		}

		case 'done':
			return encodeFrame({
				paths: (await endpoint.done(taken('done').txn)).map(([path, signature]) => [
					path,
					signature ?? null,
				]),
			});
		case 'settle':
			return encodeFrame(await endpoint.settle(taken('settle')));
	}
};

const withContents = (value: object, contents: readonly Content[]): Buffer =>
	encodeFrame(
		{...value, contents: contents.map(({path, signature}) => ({path, signature}))},
		contents.map(({bytes}) => bytes),
	);

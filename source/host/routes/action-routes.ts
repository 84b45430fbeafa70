import * as v from 'valibot';
import {FleetError} from '../../errors.ts';
import {stopReason} from '../../protocol/event.ts';
import {actionKinds, actionResultSchema, type ActionResult} from '../../protocol/action.ts';
import {resolveArgument} from '../actions/resolve-argument.ts';
import {realPath} from '../actions/real-path.ts';
import type {Host} from '../host.ts';
import type {Answer, HostRequest, Route} from '../http/route.ts';
import {homeFolder} from '../../config/paths.ts';
import {speakerOf} from './speaker.ts';
import {parseBody} from './parse-body.ts';

/** A console that gives itself no name cannot repeat its claim. */
const consoleName = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64)));
const folder = v.pipe(v.string(), v.maxLength(4096), v.startsWith('/'));
const requestSchema = v.object({
	kind: v.picklist(actionKinds),
	argument: v.pipe(v.string(), v.maxLength(64 * 1024)),
	cwd: v.optional(v.nullable(folder), null),
	/** Believed only when it is the one that asks. */
	agent: v.optional(v.nullable(v.string()), null),
	/** The asking agent's own, for callers that would have to show a header to every process. */
	token: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(200))), null),
	/** Seconds. */
	expiresIn: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(3600)), 300),
});
const longestWaitMs = 10_000;

/** The relay from agents to the operator's laptop. */
export const actionRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/v1/actions',
		handle: (_request, host) => ({
			status: 200,
			json: {eventId: host.journal.lastId, actions: host.actions.waiting},
		}),
	},
	{
		method: 'POST',
		path: '/v1/actions',
		// JSON may escape each character of an argument that is far too long, and is refused by the laptop.
		maxBodyBytes: 512 * 1024,
		async handle(request, host) {
			const {kind, argument, cwd, agent, token, expiresIn} = await parseBody(
				requestSchema,
				request,
			);
			const speaker = speakerOf(request, host, {token, agent});
			const from = await realPath(cwd ?? speaker?.cwd ?? homeFolder(), '/');
			const action = host.actions.request({
				kind,
				argument: await resolveArgument(kind, argument, from),
				agent: speaker?.id ?? null,
				cwd: from,
				expiresInMs: expiresIn * 1000,
			});
			return answer(action.id, request, host, 201);
		},
	},
	{
		method: 'GET',
		path: '/v1/actions/:action',
		handle: (request, host) => answer(request.parameters['action']!, request, host, 200),
	},
	{
		method: 'POST',
		path: '/v1/actions/:action/claim',
		async handle(request, host) {
			const body = await parseBody(v.object({console: consoleName}), request);
			const action = host.actions.claim(request.parameters['action']!, body.console);
			return {status: 200, json: {action}};
		},
	},
	{
		method: 'POST',
		path: '/v1/actions/:action/result',
		async handle(request, host) {
			const {console, ...result} = await parseBody(
				v.object({console: consoleName, ...actionResultSchema.entries}),
				request,
			);
			host.actions.answer(request.parameters['action']!, console, result);
			return {status: 200, json: {}};
		},
	},
];

/**
 * The request with its result, after at most `?wait=` seconds. As text, for callers without a JSON
 * parser: a line with the outcome (`waiting` while there is none), the message, the id.
 */
const answer = async (
	id: string,
	{query, headers, signal}: HostRequest,
	host: Host,
	status: number,
): Promise<Answer> => {
	const waitMs = Math.min(Math.max(Number(query.get('wait')) || 0, 0) * 1000, longestWaitMs);
	const {action} = host.actions.find(id);
	const result = await host.actions.wait(
		id,
		waitMs > 0 ? AbortSignal.any([signal, AbortSignal.timeout(waitMs)]) : AbortSignal.abort(),
	);
	// Who waits for it would start the daemon again that a person has stopped.
	const isStopped = result === null && waitMs > 0 && host.closing === stopReason;
	if ((headers.accept ?? '').includes('text/plain')) {
		return {status, text: asText(id, isStopped ? stopped : result)};
	}

	if (isStopped) throw new FleetError('needs-person', stopped.message);
	return {status, json: {action, result, attended: host.hub.size > 0}};
};

const stopped: ActionResult = {
	outcome: 'expired',
	message: 'the daemon on this host was stopped before anyone answered',
};

const asText = (id: string, result: ActionResult | null): string =>
	`${result?.outcome ?? 'waiting'}\n${result?.message ?? ''}\n${id}\n`;

/** Whose word a path of the laptop's rules is compared by. */
export const pathRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/v1/paths',
		async handle({query}) {
			const file = query.get('path') ?? '';
			if (file === '' || file.includes('\0')) throw new FleetError('usage', 'a path is needed');
			const home = homeFolder();
			const expanded =
				file === '~' ? home : file.startsWith('~/') ? `${home}/${file.slice(2)}` : file;
			return {status: 200, json: {path: await realPath(expanded, home)}};
		},
	},
];

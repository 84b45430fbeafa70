import * as v from 'valibot';
import {FleetError} from '../errors.ts';
import {
	actionResultSchema,
	actionSchema,
	outcomeLine,
	type ActionKind,
	type ActionResult,
} from '../protocol/action.ts';
import type {CommandContext, CommandInput, FlagSpec} from './command.ts';

export const askFlags: readonly FlagSpec[] = [
	{flags: '--no-wait', description: 'do not wait for the outcome'},
	{
		flags: '--timeout <seconds>',
		description: 'how long the request waits for an answer',
		default: 300,
	},
];

const answerSchema = v.object({
	action: actionSchema,
	result: v.optional(v.nullable(actionResultSchema), null),
	attended: v.optional(v.boolean(), true),
});
type Answer = v.InferOutput<typeof answerSchema>;

const waitSeconds = 10;

/**
 * Asks the operator's laptop through this host's daemon, and prints what came of it. Exit code 0
 * once it is opened (or sent, with `--no-wait`), 1 when it failed, 5 when it was denied or nobody answered.
 */
export const askOperator = async (
	context: CommandContext,
	{flags}: CommandInput,
	kind: ActionKind,
	argument: string,
): Promise<number> => {
	const seconds = Number(flags['timeout']);
	if (!(seconds >= 1 && seconds <= 3600)) {
		throw new FleetError('usage', '--timeout takes seconds from 1 to 3600');
	}

	const client = await context.client();
	const ask = async (method: string, path: string, body?: unknown): Promise<Answer> => {
		const json = await client.json(method, path, {body, signal: context.signal, timeoutMs: 20_000});
		const parsed = v.safeParse(answerSchema, json);
		if (parsed.success) return parsed.output;
		throw new FleetError('bad-response', 'the host answered with something else than a request');
	};

	const isPatient = flags['wait'] !== false;
	const wait = isPatient ? `?wait=${waitSeconds}` : '';
	let answer = await ask('POST', `/v1/actions${isPatient ? '?wait=1' : ''}`, {
		kind,
		argument,
		cwd: process.cwd(),
		expiresIn: seconds,
		token: process.env['FLEET_AGENT_TOKEN'] ?? null,
	});
	const {id, expiresAt} = answer.action;
	if (!isPatient) {
		if (context.json) context.printJson({id, outcome: null});
		else context.print(`asked the operator (${id})`);
		return 0;
	}

	if (answer.result === null && !answer.attended) {
		context.note(`no console attends this host now; the request waits until ${expiresAt}`);
	}

	while (answer.result === null) answer = await ask('GET', `/v1/actions/${id}${wait}`);
	return tell(context, id, answer.result);
};

const tell = (context: CommandContext, id: string, {outcome, message}: ActionResult): number => {
	if (context.json) {
		context.printJson({id, outcome, message});
		return outcome === 'opened' ? 0 : outcome === 'failed' ? 1 : 5;
	}

	if (outcome === 'opened') {
		context.print(outcomeLine({outcome, message}));
		return 0;
	}

	throw outcome === 'failed'
		? new FleetError('failed', `failed: ${message}`)
		: outcome === 'denied'
			? new FleetError('denied', `denied: ${message}`)
			: new FleetError('needs-person', `expired: ${message}`);
};

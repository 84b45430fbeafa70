import * as v from 'valibot';
import {agentIdSchema, agentSchema, text} from './agent.ts';
import {eachThatFits} from './each-that-fits.ts';
import {actionResultSchema, actionSchema} from './action.ts';
import {hostStatsSchema} from './host-info.ts';

/** One SSE record as it stood on the wire, before anything of it is believed. */
export type WireEvent = {id: string | undefined; event: string; data: string};

const payloads = {
	snapshot: v.object({
		agents: eachThatFits(agentSchema),
		actions: v.optional(eachThatFits(actionSchema), []),
		stats: v.optional(v.nullable(hostStatsSchema), null),
	}),
	'agent.created': v.object({agent: agentSchema}),
	'agent.updated': v.object({agent: agentSchema}),
	'agent.removed': v.object({id: agentIdSchema}),
	'action.requested': v.object({
		action: actionSchema,
		/** The console that has it already, by the name that it gave itself; null: whoever claims it first. */
		claimedBy: v.optional(v.nullable(text(64)), null),
	}),
	'action.resolved': v.object({
		id: text(64),
		/** Null while a console has claimed it and not yet answered. */
		result: v.optional(v.nullable(actionResultSchema), null),
	}),
	'sync.changed': v.object({
		root: v.pipe(v.string(), v.maxLength(4096)),
		paths: v.optional(v.array(v.string()), []),
		/** True when what changed is not known path by path: scan it all. */
		rescan: v.optional(v.boolean(), false),
	}),
	'host.stats': hostStatsSchema,
	'host.closing': v.object({reason: v.optional(text(400), '')}),
} as const;

/** The reason of `host.closing` when a person stopped the daemon; any other may mend itself. */
export const stopReason = 'stopped on request';

/** The reason when it is started again at once, as by an upgrade. */
export const restartReason = 'it starts again';

export type EventName = keyof typeof payloads;
export type FleetEvent = {
	[Name in EventName]: {
		id: string | undefined;
		event: Name;
		data: v.InferOutput<(typeof payloads)[Name]>;
	};
}[EventName];

export const eventNames = Object.keys(payloads) as EventName[];

/** Larger records are dropped unread: 10,000 agents fit a snapshot of about 8 MiB. */
export const maxEventBytes = 32 * 1024 * 1024;

/**
 * The border for events: a known event with a well-formed payload, `ignored` for a name of a
 * newer host, `malformed` for what cannot be believed. Never throws.
 */
export const parseEvent = (wire: WireEvent): FleetEvent | 'ignored' | 'malformed' => {
	if (!Object.hasOwn(payloads, wire.event)) return 'ignored';
	const event = wire.event as EventName;
	let json: unknown;
	try {
		json = JSON.parse(wire.data);
	} catch {
		return 'malformed';
	}

	const result = v.safeParse(payloads[event], json);
	return result.success ? ({id: wire.id, event, data: result.output} as FleetEvent) : 'malformed';
};

/** An event id is `EPOCH-SEQ`; undefined for what is not one. */
export const parseEventId = (id: string): {epoch: string; sequence: number} | undefined => {
	const match = /^([A-Za-z0-9]{1,64})-(\d{1,15})$/.exec(id);
	return match ? {epoch: match[1]!, sequence: Number(match[2])} : undefined;
};

export const formatEventId = (epoch: string, sequence: number): string => `${epoch}-${sequence}`;

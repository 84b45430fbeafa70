import * as v from 'valibot';

const cell = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000));

export const screenSchema = v.object({
	/** One string a row; with `ansi=1` they keep colours and must pass `colouredLine` before a terminal sees them. */
	lines: v.pipe(v.array(v.pipe(v.string(), v.maxLength(100_000))), v.maxLength(20_000)),
	cols: cell,
	rows: cell,
	/** Hyperlinks (OSC 8) behind texts that are shown. */
	links: v.optional(
		v.array(
			v.object({
				uri: v.pipe(v.string(), v.maxLength(8192)),
				text: v.pipe(v.string(), v.maxLength(400)),
			}),
		),
	),
	cursor: v.optional(v.nullable(v.object({x: cell, y: cell, visible: v.boolean()})), null),
});

/** `GET /v1/agents/ID/screen` as JSON, and the data of its `event: screen` records. */
export type AgentScreen = v.InferOutput<typeof screenSchema>;

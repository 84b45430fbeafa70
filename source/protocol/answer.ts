import * as v from 'valibot';

/**
 * The body of `POST /v1/agents/ID/answer`: `id` is the attention's, so that an answer which comes too
 * late is refused (409) and never meets the next question.
 */
export const answerRequestSchema = v.pipe(
	v.object({
		id: v.pipe(v.string(), v.minLength(1), v.maxLength(120)),
		/** The id of one of the attention's choices. */
		choice: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(120))), null),
		/** In the person's own words, where the question takes some. */
		text: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(64 * 1024))), null),
	}),
	v.check(({choice, text}) => choice !== null || text !== null, 'holds neither choice nor text'),
);
export type AnswerRequest = v.InferOutput<typeof answerRequestSchema>;

import * as v from 'valibot';
import type {Client} from '../client/client.ts';

const whereSchema = v.object({path: v.pipe(v.string(), v.maxLength(8192))});

/** Asks the host where a path of a rule really is; null where it does not say. */
export const resolveOnHost =
	(client: Pick<Client, 'json'>, signal: AbortSignal) =>
	async (file: string): Promise<string | null> => {
		const answer = await client.json('GET', `/v1/paths?path=${encodeURIComponent(file)}`, {
			signal,
			timeoutMs: 10_000,
		});
		const where = v.safeParse(whereSchema, answer);
		return where.success ? where.output.path : null;
	};

import type {Client} from '../client/client.ts';
import type {ActionResult} from '../protocol/action.ts';

/** The two calls of a console that acts; `console` names it, so that its own repetition is no second claim. */
export type ActionCalls = {
	/** True when this console may act; false when another one does, or it is over. Rejects while the link is down. */
	claim(id: string, console: string, signal: AbortSignal): Promise<boolean>;
	report(id: string, console: string, result: ActionResult, signal: AbortSignal): Promise<void>;
};

export const actionCalls = (client: Client): ActionCalls => {
	const post = async (id: string, verb: string, body: unknown, signal: AbortSignal) => {
		await client.request('POST', `/v1/actions/${encodeURIComponent(id)}/${verb}`, {body, signal});
	};
	return {
		async claim(id, console, signal) {
			try {
				await post(id, 'claim', {console}, signal);
				return true;
			} catch (error) {
				if (isOver(error)) return false;
				throw error;
			}
		},
		async report(id, console, result, signal) {
			try {
				await post(id, 'result', {console, ...result}, signal);
			} catch (error) {
				if (!isOver(error)) throw error;
			}
		},
	};
};

/** The host's word that there is nothing left to do about it. */
const isOver = (error: unknown): boolean => {
	const {code} = error as {code?: unknown};
	return code === 'no-such-action' || code === 'conflict' || code === 'denied';
};

import type {Prompt} from '../prompt.ts';

/** Asks the person; null when nobody is there, or nobody answered. */
export type Ask = (message: string, echo?: boolean) => Promise<string | null>;

export const askThrough =
	(prompt: Prompt | undefined, signal: AbortSignal): Ask =>
	async (message, echo = false) =>
		prompt ? prompt({message, echo}, signal) : null;

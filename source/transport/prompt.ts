export type Question = {
	/** What to show, one or several lines, already harmless text. */
	message: string;
	/** False for a secret. */
	echo: boolean;
};

/**
 * Asks the person at the terminal. Yields null when nobody can be asked (any more): the terminal
 * belongs to the console, say, or the person ended the input.
 */
export type Prompt = (question: Question, signal: AbortSignal) => Promise<string | null>;

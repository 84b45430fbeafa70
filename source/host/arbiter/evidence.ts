import type {AgentState, Attention} from '../../protocol/agent.ts';

/** One thing that was seen of an agent. Times are milliseconds of the host's clock. */
export type AgentEvidence = {
	/** `process`, `title`, `bell`, `output`, `osc7501`, `hook`, `session-file`, `api`, … */
	source: string;
	/** The state that it speaks for; null only overrules (a process that ended a turn unseen, say). */
	state: AgentState | null;
	/** Higher wins while both are fresh; the table in `rules.ts` says which source has which. */
	strength: number;
	at: number;
	/** After this it says nothing any more; null: until its source says otherwise. */
	expiresAt: number | null;
	detail: string;
	/** Which of the source's records this is, where it keeps several; `a/b` stands beneath `a`. */
	record?: string;
	/** Takes the source's record away, and every record beneath it. */
	clears?: boolean;
	attention?: Attention | null;
	session?: string | null;
	title?: string | null;
	model?: string | null;
	usage?: {cost: number | null; tokens: number | null} | null;
};

export type Verdict = {
	state: AgentState;
	/** The rule that decided, as a sentence. */
	rule: string;
	deciding: AgentEvidence | null;
	overruled: AgentEvidence[];
	attention: Attention | null;
	/** When the clock alone may change the verdict; null: never. */
	reconsiderAt: number | null;
};

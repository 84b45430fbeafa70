import type {ActionResult, RemoteAction} from '../../source/protocol/action.ts';
import type {Agent} from '../../source/protocol/agent.ts';
import type {Explanation} from '../../source/protocol/evidence.ts';
import type {HostInfo} from '../../source/protocol/host-info.ts';
import type {Problem} from '../../source/protocol/problem.ts';

/** What the host's answers hold, all of them together: a test looks at what its own request is answered with. */
export type AnswerBody = Explanation &
	Problem &
	HostInfo & {
		agent: Agent;
		agents: Agent[];
		eventId: string;
		action: RemoteAction;
		actions: RemoteAction[];
		result: ActionResult;
		/** What a launcher starts. */
		argv: string[];
		env: Record<string, string>;
		keys: string[];
		/** A diff of a work tree. */
		patch: string;
		root: string;
		isCut: boolean;
	};

/** What the host's events hold, all of them together. */
export type EventBody = {
	agent: Agent;
	agents: Agent[];
	id: string;
	action: RemoteAction;
	actions: RemoteAction[];
	claimedBy: string | null;
	result: ActionResult;
	lines: string[];
};

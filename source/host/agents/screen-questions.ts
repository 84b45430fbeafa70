import {createHash} from 'node:crypto';
import {findAgentKind} from '../../agents/registry.ts';
import type {AgentKind} from '../../agents/kind.ts';
import {readChoices} from '../../agents/screen-question.ts';
import type {Agent, Attention} from '../../protocol/agent.ts';
import type {AgentEvidence} from '../arbiter/evidence.ts';
import {strength} from '../arbiter/rules.ts';
import type {Runtime} from '../runtimes/runtime.ts';

/** A dialog is drawn a moment after its agent says that it is blocked. */
const looksAfterMs = [120, 300, 700, 1500, 3000];
const lookAfterOutputMs = 300;
const lookAgainMs = 1200;

type Parts = {
	runtime: Runtime;
	agent: (id: string) => Agent | undefined;
	tell: (id: string, evidence: AgentEvidence) => void;
};

/**
 * Reads a screen where an agent is known to ask something there: the choices of a question that another
 * source told of, and what a program asks before it has any channel. It never decides by itself that a
 * running agent is blocked.
 */
export class ScreenQuestions {
	#parts: Parts;
	#timers = new Map<string, NodeJS.Timeout>();

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Its state or its question changed. */
	consider(id: string, attempt = 0): void {
		const agent = this.#parts.agent(id);
		const kind = agent && findAgentKind(agent.agent);
		const after = looksAfterMs[attempt];
		if (!kind || after === undefined) return;
		if (!lacksChoices(agent, kind) && !isHalfDrawn(agent)) return;
		this.#later(id, after, async () => {
			await this.#look(id);
			this.consider(id, attempt + 1);
		});
	}

	/** It printed something: before its channel speaks, that may be a dialog, or the end of one. */
	stir(id: string): void {
		const agent = this.#parts.agent(id);
		const kind = agent && findAgentKind(agent.agent);
		if (!agent || !kind?.readStartScreen || !isStarting(agent) || this.#timers.has(id)) return;
		this.#later(id, lookAfterOutputMs, async () => {
			await this.#look(id);
			// Output is told of once a second: what came in the rest of it is on the screen by then.
			this.#later(id, lookAgainMs, () => this.#look(id));
		});
	}

	forget(id: string): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.delete(id);
	}

	close(): void {
		for (const id of [...this.#timers.keys()]) this.forget(id);
	}

	#later(id: string, ms: number, look: () => Promise<void>): void {
		this.forget(id);
		const timer = setTimeout(() => {
			this.#timers.delete(id);
			// A terminal that is gone has no questions.
			look().catch(() => {});
		}, ms);
		this.#timers.set(id, timer);
	}

	async #look(id: string): Promise<void> {
		const {runtime, agent: find, tell} = this.#parts;
		const {lines} = await runtime.screen(id, {ansi: false, history: 0});
		const agent = find(id);
		const kind = agent && findAgentKind(agent.agent);
		if (!kind) return;
		const choices = readChoices(lines);
		if (isStarting(agent) && kind.readStartScreen) {
			const asked = kind.readStartScreen(lines);
			tell(id, screenEvidence(asked && {...asked, id: idOf(asked, choices), choices}));
		} else if (lacksChoices(agent, kind) && choices.length > 0) {
			const {kind: what, text} = agent.attention ?? {kind: 'question', text: ''};
			const attention = {kind: what, text, id: null, choices};
			tell(id, {
				...screenEvidence(null),
				detail: `shows ${choices.length} choices`,
				attention: {...attention, id: idOf(attention, choices)},
			});
		}
	}
}

const lacksChoices = (agent: Agent, kind: AgentKind): boolean =>
	kind.asksOnScreen === true && agent.state === 'blocked' && !agent.attention?.choices.length;

/** A dialog of its start whose choices were not there yet. */
const isHalfDrawn = ({state, attention}: Agent): boolean =>
	state === 'blocked' &&
	attention?.id?.startsWith('screen-') === true &&
	attention.choices.length === 0;

/** No channel has said anything yet; what the screen itself told counts as nothing. */
const isStarting = ({state, attention, session}: Agent): boolean =>
	session === null &&
	state !== 'exited' &&
	state !== 'done' &&
	(state !== 'blocked' || attention?.id?.startsWith('screen-') === true);

const idOf = ({text}: Attention, choices: Attention['choices']): string =>
	`screen-${createHash('sha256')
		.update(JSON.stringify([text, choices]))
		.digest('hex')
		.slice(0, 16)}`;

const screenEvidence = (attention: Attention | null): AgentEvidence => ({
	source: 'screen',
	state: attention ? 'blocked' : null,
	strength: attention ? strength.startScreen : strength.none,
	at: Date.now(),
	expiresAt: null,
	detail: attention ? `its screen asks: ${attention.text}` : 'its screen asks nothing known',
	attention,
});

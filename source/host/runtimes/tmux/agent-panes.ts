import type {RuntimeEvent} from '../runtime.ts';
import {AgentPane} from './agent-pane.ts';
import type {ControlClient} from './control-client.ts';
import {paneFormat, parsePane, type PaneFields} from './pane-fields.ts';
import {hubSession} from './tmux-server.ts';

type Run = ControlClient['run'];

/** The agents' panes that tmux has, by each of the names that it gives them. */
export class AgentPanes {
	readonly #byId = new Map<string, AgentPane>();
	readonly #byPaneId = new Map<string, AgentPane>();
	readonly #byWindowId = new Map<string, AgentPane>();
	readonly #emit: (event: RuntimeEvent) => void;

	constructor(emit: (event: RuntimeEvent) => void) {
		this.#emit = emit;
	}

	[Symbol.iterator](): Iterator<AgentPane> {
		return [...this.#byId.values()][Symbol.iterator]();
	}

	get(id: string): AgentPane | undefined {
		return this.#byId.get(id);
	}

	/** By tmux's own name: `%1` is a pane, `@1` a window. */
	named(name: string): AgentPane | undefined {
		return this.#byPaneId.get(name) ?? this.#byWindowId.get(name);
	}

	add(fields: PaneFields): AgentPane {
		const known = this.#byPaneId.get(fields.paneId);
		if (known !== undefined) return known;
		const pane = new AgentPane(fields, this.#emit);
		this.#byId.set(pane.id, pane);
		this.#byPaneId.set(pane.paneId, pane);
		this.#byWindowId.set(pane.windowId, pane);
		pane.update(fields);
		return pane;
	}

	forget(pane: AgentPane): void {
		if (this.#byId.get(pane.id) === pane) this.#byId.delete(pane.id);
		this.#byPaneId.delete(pane.paneId);
		this.#byWindowId.delete(pane.windowId);
	}

	/** Its terminal is not there any more. */
	lose(pane: AgentPane): void {
		this.forget(pane);
		pane.lose();
	}

	/** Asks tmux about one pane; a pane that was forgotten meanwhile is left alone. */
	async refresh(pane: AgentPane, run: Run): Promise<void> {
		const isKnown = () => this.#byPaneId.get(pane.paneId) === pane;
		if (!isKnown()) return;
		try {
			const [lines] = await run([['display-message', '-p', '-t', pane.paneId, '-F', paneFormat]]);
			const fields = parsePane(lines?.[0] ?? '');
			if (fields !== null && isKnown()) pane.update(fields);
		} catch (error) {
			if (isKnown()) throw error;
		}
	}

	/** Makes what is known agree with what tmux has: at the start, after a loss, and when sessions come and go. */
	async reconcile(run: Run): Promise<void> {
		const before = [...this];
		const [lines = []] = await run([['list-panes', '-a', '-F', paneFormat]]);
		const found = lines.map(parsePane).filter(fields => fields !== null);
		const shown = found.filter(({sessionName}) => sessionName !== hubSession);
		const linked = new Set(
			found.filter(({sessionName}) => sessionName === hubSession).map(({paneId}) => paneId),
		);
		const there = new Set(shown.map(({paneId}) => paneId));
		for (const pane of before) {
			if (!there.has(pane.paneId) && this.#byId.get(pane.id) === pane) this.lose(pane);
		}

		for (const fields of shown) {
			const pane = this.#byPaneId.get(fields.paneId);
			if (pane === undefined) this.add(fields);
			else pane.update(fields);
			if (!linked.delete(fields.paneId)) {
				await run([['link-window', '-d', '-s', fields.windowId, '-t', `=${hubSession}:`]]);
			}
		}

		// Left in the hub alone: somebody killed its session.
		for (const paneId of linked) await run([['kill-pane', '-t', paneId]]).catch(() => {});
	}
}

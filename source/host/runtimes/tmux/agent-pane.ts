import path from 'node:path';
import {
	ignoresSignal,
	processArguments,
	processes,
	processStat,
	sendSignal,
	type ProcessStat,
} from '../../processes.ts';
import type {RuntimeAgent, RuntimeEvent} from '../runtime.ts';
import {EventPace} from './event-pace.ts';
import type {PaneFields} from './pane-fields.ts';
import {PaneOutput} from './pane-output.ts';

const mostLinks = 50;

/** One agent's pane, as far as it is known; every change that matters goes out as an event. */
export class AgentPane {
	readonly id: string;
	readonly paneId: string;
	readonly windowId: string;
	readonly leader: number;
	readonly output = new PaneOutput();
	/** The last hyperlinks that were written; this tmux may not keep them (before 3.4 none does). */
	readonly links: Array<{uri: string; text: string}> = [];
	/** One input after the other: text and the Enter behind it belong together. */
	inputs: Promise<unknown> = Promise.resolve();
	#pid: number | null = null;
	#exit: RuntimeAgent['exit'] = null;
	#title = '';
	#program = '';
	#activeAt = -Infinity;
	/** Control strings that were too long, since that was told last. */
	#overlong = 0;
	/** When the processes that lead its sessions were started: their numbers may be given to others later. */
	readonly #leaders = new Map<number, string>();
	readonly #pace: EventPace;
	readonly #emit: (event: RuntimeEvent) => void;

	constructor(fields: PaneFields, emit: (event: RuntimeEvent) => void) {
		this.id = fields.agent;
		this.paneId = fields.paneId;
		this.windowId = fields.windowId;
		this.leader = fields.leader;
		this.#emit = emit;
		this.#pace = new EventPace(emit);
		if (!fields.dead) this.#know(fields.leader);
	}

	get pid(): number | null {
		return this.#pid;
	}

	get ended(): boolean {
		return this.#exit !== null;
	}

	/** Whether something of it may still run. */
	get runs(): boolean {
		return this.#exit === null || this.#exit.code === this.#exit.signal;
	}

	get snapshot(): RuntimeAgent {
		return {id: this.id, pid: this.#pid, exit: this.#exit, title: this.#title};
	}

	/** What tmux says of the pane now. */
	update({pid, exit, dead, title}: PaneFields): void {
		if (pid !== null && pid !== this.#pid) {
			this.#pid = pid;
			if (!dead && exit === null) this.#know(pid);
			this.#emit({kind: 'pid', id: this.id, pid});
		}

		this.#entitle(title);
		if (this.ended) return;
		if (exit !== null) {
			this.#exit = exit;
			this.#pace.flush();
			this.#emit({kind: 'exit', id: this.id, ...exit});
		} else if (dead) this.lose();
	}

	/** Its terminal is gone, and how the agent ended is not known. */
	lose(): void {
		if (this.ended) return;
		this.#exit = {code: null, signal: null};
		this.#emit({kind: 'gone', id: this.id});
	}

	/** Output as control mode writes it; false when there is more of it than is worth hearing. `now` is in milliseconds. */
	hear(data: string, now: number): boolean {
		if (now - this.#activeAt >= 1000 && this.output.isVisible(data)) {
			this.#activeAt = now;
			this.#emit({kind: 'activity', id: this.id});
		}

		for (const found of this.output.read(data)) {
			if (found.kind === 'title') this.#entitle(found.title);
			else if (found.kind === 'link') this.links.push(found);
			else if (found.kind === 'overlong') this.#overlong++;
			else this.#pace.push({id: this.id, ...found}, now);
		}

		this.links.splice(0, this.links.length - mostLinks);
		return this.output.affords(data.length, now);
	}

	/** About a second after output: what was held back, and which program is in the foreground. */
	settle(): void {
		this.#pace.flush();
		this.#tellDropped('too many', this.#pace.takeDropped());
		this.#tellDropped('longer than 4 KiB', this.#overlong);
		this.#overlong = 0;
		const program = this.#foreground();
		if (program === this.#program || program === '' || this.ended) return;
		this.#program = program;
		this.#emit({kind: 'foreground', id: this.id, program});
	}

	/** What it printed in the last second was not heard. */
	missed(): void {
		if (!this.ended) this.#emit({kind: 'unheard', id: this.id});
	}

	/**
	 * Signals the agent; KILL reaches everything that it left in its terminal's session. `all` is every process
	 * there is, for who signals many agents and looks once.
	 */
	signal(signal: 'TERM' | 'KILL', all?: readonly ProcessStat[]): void {
		if (signal === 'KILL' || this.#pid === null) {
			for (const pid of this.#members(all ?? processes())) sendSignal(pid, `SIG${signal}`);
			return;
		}

		const stat = processStat(this.#pid);
		if (stat === null || !this.#owns(stat.session)) return;
		// An interactive shell lets TERM pass; it goes when its terminal does.
		sendSignal(this.#pid, ignoresSignal(this.#pid, 'SIGTERM') ? 'SIGHUP' : 'SIGTERM');
	}

	#tellDropped(why: 'too many' | 'longer than 4 KiB', count: number): void {
		if (count > 0) this.#emit({kind: 'dropped', id: this.id, why, count});
	}

	#know(pid: number): void {
		const stat = processStat(pid);
		if (stat !== null) this.#leaders.set(pid, stat.startedAt);
	}

	#owns(session: number): boolean {
		const startedAt = this.#leaders.get(session);
		if (startedAt === undefined) return false;
		// While anything is left of a session, nobody else gets its number.
		const leader = processStat(session);
		return leader === null || leader.startedAt === startedAt;
	}

	#members(all: readonly ProcessStat[]): number[] {
		return all
			.filter(({pid, session}) => pid !== this.leader && this.#owns(session))
			.map(({pid}) => pid);
	}

	#foreground(): string {
		// The agent runs in its launcher's process group, whose leader has the launcher's name.
		const group = processStat(this.leader)?.foreground ?? -1;
		const pid = group === this.leader ? this.#pid : group;
		return pid === null || pid < 1
			? ''
			: path.basename(processArguments(pid)[0] ?? '').slice(0, 100);
	}

	#entitle(title: string): void {
		const bounded = title.slice(0, 1000);
		if (bounded === this.#title) return;
		this.#title = bounded;
		this.#emit({kind: 'title', id: this.id, title: bounded});
	}
}

import {FleetError} from '../../../errors.ts';
import {sendSignal} from '../../processes.ts';
import type {RuntimeOptions} from '../registry.ts';
import type {
	AttachedTerminal,
	Runtime,
	RuntimeAgent,
	RuntimeEvent,
	RuntimeLaunch,
	Screen,
	ScreenRequest,
	TerminalSize,
} from '../runtime.ts';
import {AgentPane} from './agent-pane.ts';
import {attachPane} from './attach-pane.ts';
import {capturedLines} from './captured-screen.ts';
import type {ControlClient} from './control-client.ts';
import {paneFormat, parsePane, type PaneFields} from './pane-fields.ts';
import {TmuxLink} from './tmux-link.ts';
import {hubSession, TmuxServer} from './tmux-server.ts';
import {typeInput, type PaneInput} from './type-input.ts';

const settleMs = 1000;

/** Keeps each agent in a session of one tmux server, and a window of it linked into the hub, so that one client hears all. */
class TmuxRuntime implements Runtime {
	readonly name = 'tmux';
	readonly #server: TmuxServer;
	readonly #link: TmuxLink;
	readonly #log: (line: string) => void;
	readonly #panes = new Map<string, AgentPane>();
	readonly #byPaneId = new Map<string, AgentPane>();
	readonly #byWindowId = new Map<string, AgentPane>();
	readonly #listeners = new Set<(event: RuntimeEvent) => void>();
	readonly #attached = new Set<AttachedTerminal>();
	readonly #unsettled = new Set<AgentPane>();
	#settling: NodeJS.Timeout | null = null;
	#nudging: NodeJS.Timeout | null = null;

	constructor({state, command, log = () => {}}: RuntimeOptions) {
		this.#log = log;
		this.#server = new TmuxServer({state, command, log});
		this.#link = new TmuxLink(
			this.#server,
			{
				output: (pane, data) => this.#hear(pane, data),
				notification: (name, rest) => this.#notified(name, rest),
				connected: run => {
					for (const pane of this.#panes.values()) pane.paused = false;
					return this.#reconcile(run);
				},
				lost: () => this.#lost(),
			},
			log,
		);
	}

	async start(): Promise<RuntimeAgent[]> {
		await this.#server.prepare();
		await this.#link.client();
		return [...this.#panes.values()].map(pane => pane.snapshot);
	}

	async launch({id, size, ticket}: RuntimeLaunch): Promise<void> {
		const before = this.#panes.get(id);
		if (before !== undefined && !before.ended) {
			throw new FleetError('failed', `the terminal of ${id} is in use`);
		}

		if (before !== undefined) await this.remove(id);
		const target = `=${id}:`;
		const launcher = ['/bin/sh', this.#server.launcher, 'outer', ticket];
		const [cols, rows] = [String(size.cols), String(size.rows)];
		const replies = await this.#link.run([
			['new-session', '-d', '-s', id, '-x', cols, '-y', rows, '-c', '/', '--', ...launcher],
			['set-option', '-p', '-t', target, '@fleet_agent', id],
			['select-pane', '-t', target, '-T', ''],
			['link-window', '-d', '-s', target, '-t', `=${hubSession}:`],
			['display-message', '-p', '-t', target, '-F', paneFormat],
		]);
		const fields = parsePane(replies.at(-1)?.[0] ?? '');
		if (fields === null) throw new FleetError('failed', 'tmux did not say where the agent is');
		const pane = this.#add(fields);
		// What the launcher wrote while the pane was not known yet.
		await this.#refresh(pane);
	}

	async input(id: string, input: PaneInput): Promise<void> {
		const pane = this.#running(id);
		const typed = pane.inputs
			.catch(() => {})
			.then(() =>
				typeInput(pane.paneId, input, {
					run: commands => this.#link.run(commands),
					feed: (args, text) => this.#server.feed(args, text),
				}),
			);
		pane.inputs = typed;
		await typed;
	}

	async screen(id: string, {ansi, history}: ScreenRequest): Promise<Screen> {
		const {paneId} = this.#pane(id);
		const capture = ['capture-pane', '-p', '-t', paneId, '-S', history > 0 ? `-${history}` : '0'];
		if (ansi) capture.push('-e');
		const fields = ['pane_width', 'pane_height', 'cursor_x', 'cursor_y', 'cursor_flag'];
		const [measures = [], captured = []] = await this.#link.run([
			['display-message', '-p', '-t', paneId, fields.map(field => `#{${field}}`).join('|')],
			capture,
		]);
		const [cols = 0, rows = 0, x = 0, y = 0, visible] = (measures[0] ?? '').split('|').map(Number);
		const lines = captured.map(line => Buffer.from(line, 'latin1').toString('utf8'));
		return {lines: capturedLines(lines, ansi), cols, rows, cursor: {x, y, visible: visible === 1}};
	}

	async attach(
		id: string,
		size: TerminalSize,
		{observe}: {observe: boolean},
	): Promise<AttachedTerminal> {
		this.#pane(id);
		await this.#link.client();
		const {socket, env} = this.#server;
		const onWrite = () => this.#link.gather();
		const attached = attachPane({socket, env, id, size, observe, onWrite});
		this.#attached.add(attached);
		attached.stream.on('close', () => this.#attached.delete(attached));
		return attached;
	}

	signal(id: string, signal: 'TERM' | 'KILL'): Promise<void> {
		this.#pane(id).signal(signal);
		return Promise.resolve();
	}

	async remove(id: string): Promise<void> {
		const pane = this.#panes.get(id);
		if (pane === undefined) return;
		this.#forget(pane);
		pane.signal('KILL');
		await this.#link.run([['kill-window', '-t', pane.windowId]]).catch((error: unknown) => {
			if (this.#link.pid !== null) this.#log(String(error));
		});
	}

	onEvent(listener: (event: RuntimeEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	close(): Promise<void> {
		for (const attached of this.#attached) attached.close();
		clearTimeout(this.#settling ?? undefined);
		clearTimeout(this.#nudging ?? undefined);
		this.#link.close();
		return Promise.resolve();
	}

	async destroy(): Promise<void> {
		for (const pane of this.#panes.values()) {
			pane.signal('KILL');
			this.#forget(pane);
		}

		await this.close();
		await this.#server.end();
	}

	#pane(id: string): AgentPane {
		const pane = this.#panes.get(id);
		if (pane === undefined) throw new FleetError('failed', `the terminal of ${id} is gone`);
		return pane;
	}

	#running(id: string): AgentPane {
		const pane = this.#pane(id);
		if (pane.ended) throw new FleetError('failed', `${id} has ended`);
		return pane;
	}

	#add(fields: PaneFields): AgentPane {
		const known = this.#byPaneId.get(fields.paneId);
		if (known !== undefined) return known;
		const pane = new AgentPane(fields, event => this.#emit(event));
		this.#panes.set(pane.id, pane);
		this.#byPaneId.set(pane.paneId, pane);
		this.#byWindowId.set(pane.windowId, pane);
		pane.update(fields);
		return pane;
	}

	#forget(pane: AgentPane): void {
		if (this.#panes.get(pane.id) === pane) this.#panes.delete(pane.id);
		this.#byPaneId.delete(pane.paneId);
		this.#byWindowId.delete(pane.windowId);
		this.#unsettled.delete(pane);
	}

	#emit(event: RuntimeEvent): void {
		if (event.kind === 'exit' || event.kind === 'gone') this.#nudge();
		for (const listener of this.#listeners) {
			try {
				listener(event);
			} catch (error) {
				this.#log(`a listener failed: ${String(error)}`);
			}
		}
	}

	/** Makes what is known agree with what tmux has: at the start, after a loss, and when sessions come and go. */
	async #reconcile(
		run: ControlClient['run'] = commands => this.#link.run(commands),
	): Promise<void> {
		const before = [...this.#panes.values()];
		const [lines = []] = await run([['list-panes', '-a', '-F', paneFormat]]);
		const found = lines.map(parsePane).filter(fields => fields !== null);
		const shown = found.filter(({sessionName}) => sessionName !== hubSession);
		const linked = new Set(
			found.filter(({sessionName}) => sessionName === hubSession).map(({paneId}) => paneId),
		);
		for (const fields of shown) {
			const pane = this.#byPaneId.get(fields.paneId);
			if (pane === undefined) this.#add(fields);
			else pane.update(fields);
			if (!linked.delete(fields.paneId)) {
				await run([['link-window', '-d', '-s', fields.windowId, '-t', `=${hubSession}:`]]);
			}
		}

		// Left in the hub alone: somebody killed its session.
		for (const paneId of linked) await run([['kill-pane', '-t', paneId]]).catch(() => {});
		const there = new Set(shown.map(({paneId}) => paneId));
		for (const pane of before) {
			if (!there.has(pane.paneId) && this.#panes.get(pane.id) === pane) this.#lose(pane);
		}
	}

	#lose(pane: AgentPane): void {
		this.#forget(pane);
		pane.lose();
	}

	#lost(): void {
		for (const pane of this.#panes.values()) this.#lose(pane);
	}

	async #refresh(pane: AgentPane): Promise<void> {
		const [lines] = await this.#link.run([
			['display-message', '-p', '-t', pane.paneId, '-F', paneFormat],
		]);
		const fields = parsePane(lines?.[0] ?? '');
		if (fields !== null && this.#byPaneId.get(pane.paneId) === pane) pane.update(fields);
	}

	#notified(name: string, rest: string): void {
		const words = rest.split(' ');
		if (name.endsWith('window-renamed')) this.#later(this.#byWindowId.get(words[0] ?? ''));
		else if (name.endsWith('window-close')) {
			const pane = this.#byWindowId.get(words[0] ?? '');
			if (pane !== undefined) this.#lose(pane);
		} else if (name === 'sessions-changed') {
			this.#quietly(this.#reconcile());
		} else if (name === 'subscription-changed' && words[0] === 'dead') {
			for (const paneId of rest.slice(rest.indexOf(' : ') + 3).split(' ')) {
				const pane = this.#byPaneId.get(paneId);
				if (pane !== undefined && !pane.ended) this.#later(pane);
			}
		} else if (name === 'pause') {
			const pane = this.#byPaneId.get(words[0] ?? '');
			if (pane !== undefined) this.#pause(pane);
		}
	}

	#later(pane: AgentPane | undefined): void {
		if (pane !== undefined) this.#quietly(this.#refresh(pane));
	}

	#quietly(work: Promise<unknown>): void {
		work.catch((error: unknown) => {
			if (this.#link.pid !== null) this.#log(String(error));
		});
	}

	#hear(paneId: string, data: string): void {
		const pane = this.#byPaneId.get(paneId);
		if (pane === undefined || pane.paused) return;
		if (!pane.hear(data, performance.now())) {
			this.#pause(pane);
			this.#quietly(this.#link.run([['refresh-client', '-A', `${paneId}:pause`]]));
		}

		this.#settleSoon(pane);
	}

	#pause(pane: AgentPane): void {
		pane.paused = true;
		this.#settleSoon(pane);
	}

	#settleSoon(pane: AgentPane): void {
		this.#unsettled.add(pane);
		this.#settling ??= setTimeout(() => this.#settle(), settleMs);
	}

	#settle(): void {
		this.#settling = null;
		for (const pane of this.#unsettled) {
			this.#unsettled.delete(pane);
			pane.settle();
			if (!pane.paused) continue;
			pane.paused = false;
			this.#quietly(this.#link.run([['refresh-client', '-A', `${pane.paneId}:continue`]]));
			// Its title may have changed unheard.
			this.#later(pane);
		}
	}

	/** libutempter can take the server's SIGCHLD away, and its launcher then stays a zombie: another one makes it look. */
	#nudge(): void {
		this.#nudging ??= setTimeout(() => {
			this.#nudging = null;
			if (this.#link.pid !== null) sendSignal(this.#link.pid, 'SIGCHLD');
		}, 300);
	}
}

export const createTmuxRuntime = (options: RuntimeOptions): Runtime => new TmuxRuntime(options);

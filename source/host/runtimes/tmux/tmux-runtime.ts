import {FleetError} from '../../../errors.ts';
import {processes, sendSignal} from '../../processes.ts';
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
import type {AgentPane} from './agent-pane.ts';
import {AgentPanes} from './agent-panes.ts';
import {attachPane} from './attach-pane.ts';
import {captureScreen} from './capture-screen.ts';
import {Listening} from './listening.ts';
import {paneFormat, parsePane} from './pane-fields.ts';
import {TmuxLink} from './tmux-link.ts';
import {hubSession, TmuxServer} from './tmux-server.ts';
import {typeInput, type PaneInput} from './type-input.ts';

/** Keeps each agent in a session of one tmux server, and a window of it linked into the hub, so that one client hears all. */
class TmuxRuntime implements Runtime {
	readonly name = 'tmux';
	readonly #server: TmuxServer;
	readonly #link: TmuxLink;
	readonly #log: (line: string) => void;
	readonly #panes = new AgentPanes(event => this.#emit(event));
	readonly #listening: Listening;
	readonly #listeners = new Set<(event: RuntimeEvent) => void>();
	readonly #attached = new Set<AttachedTerminal>();
	#nudging: NodeJS.Timeout | null = null;
	readonly #run: TmuxLink['run'] = (commands, timeoutMs) => this.#link.run(commands, timeoutMs);

	constructor({state, command, log = () => {}}: RuntimeOptions) {
		this.#log = log;
		this.#server = new TmuxServer({state, command, log});
		this.#link = new TmuxLink(
			this.#server,
			{
				output: (paneId, data) => {
					const pane = this.#panes.named(paneId);
					if (pane !== undefined) this.#listening.hear(pane, data);
				},
				notification: (name, rest) => this.#notified(name, rest),
				connected: run => {
					this.#listening.reset();
					return this.#panes.reconcile(run);
				},
				lost: () => {
					for (const pane of this.#panes) this.#lose(pane);
				},
			},
			log,
		);
		const tell = (pane: AgentPane, what: string) =>
			this.#quietly(this.#run([['refresh-client', '-A', `${pane.paneId}:${what}`]]));
		this.#listening = new Listening({
			pause: pane => tell(pane, 'pause'),
			resume: pane => {
				tell(pane, 'continue');
				this.#refresh(pane);
			},
		});
	}

	async start(): Promise<RuntimeAgent[]> {
		await this.#server.prepare();
		await this.#link.client();
		return [...this.#panes].map(pane => pane.snapshot);
	}

	async launch({id, size, ticket, pipes = []}: RuntimeLaunch): Promise<void> {
		const before = this.#panes.get(id);
		if (before !== undefined && !before.ended) {
			throw new FleetError('failed', `the terminal of ${id} is in use`);
		}

		if (before !== undefined) await this.remove(id);
		const target = `=${id}:`;
		const launcher = ['/bin/sh', this.#server.launcher, 'outer', ticket, ...pipes];
		const [cols, rows] = [String(size.cols), String(size.rows)];
		const replies = await this.#run([
			['new-session', '-d', '-s', id, '-x', cols, '-y', rows, '-c', '/', '--', ...launcher],
			['set-option', '-p', '-t', target, '@fleet_agent', id],
			['select-pane', '-t', target, '-T', ''],
			['link-window', '-d', '-s', target, '-t', `=${hubSession}:`],
			['display-message', '-p', '-t', target, '-F', paneFormat],
		]);
		const fields = parsePane(replies.at(-1)?.[0] ?? '');
		if (fields === null) throw new FleetError('failed', 'tmux did not say where the agent is');
		// What the launcher wrote while the pane was not known yet.
		await this.#panes.refresh(this.#panes.add(fields), this.#run);
	}

	async input(id: string, input: PaneInput): Promise<void> {
		const pane = this.#running(id);
		const typed = pane.inputs
			.catch(() => {})
			.then(() =>
				typeInput(pane.paneId, input, {
					run: this.#run,
					feed: (args, text) => this.#server.feed(args, text),
					screen: async () => (await this.screen(id, {ansi: false, history: 0})).lines.join(''),
				}),
			);
		pane.inputs = typed;
		await typed;
	}

	async screen(id: string, request: ScreenRequest): Promise<Screen> {
		return captureScreen(this.#pane(id), request, this.#run);
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

	async signal(id: string, signal: 'TERM' | 'KILL'): Promise<void> {
		this.#pane(id).signal(signal);
	}

	async remove(id: string): Promise<void> {
		const pane = this.#panes.get(id);
		if (pane === undefined) return;
		this.#forget(pane);
		if (pane.runs) pane.signal('KILL');
		await this.#run([['kill-window', '-t', pane.windowId]]).catch((error: unknown) => {
			if (this.#link.pid !== null) this.#log(String(error));
		});
	}

	onEvent(listener: (event: RuntimeEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	close(): Promise<void> {
		for (const attached of this.#attached) attached.close();
		this.#listening.close();
		clearTimeout(this.#nudging ?? undefined);
		this.#link.close();
		return Promise.resolve();
	}

	async destroy(): Promise<void> {
		const all = processes();
		for (const pane of this.#panes) {
			if (pane.runs) pane.signal('KILL', all);
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

	#forget(pane: AgentPane): void {
		this.#panes.forget(pane);
		this.#listening.forget(pane);
	}

	#lose(pane: AgentPane): void {
		this.#listening.forget(pane);
		this.#panes.lose(pane);
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

	#notified(name: string, rest: string): void {
		const pane = this.#panes.named(rest.split(' ', 1)[0] ?? '');
		if (name === 'sessions-changed') this.#quietly(this.#panes.reconcile(this.#run));
		else if (name === 'subscription-changed') this.#ended(rest);
		else if (pane === undefined) return;
		else if (name.endsWith('window-renamed')) this.#refresh(pane);
		else if (name.endsWith('window-close')) this.#lose(pane);
		else if (name === 'pause') this.#listening.paused(pane);
	}

	/** The only subscription: the panes whose program has ended, those that are known to have as well. */
	#ended(rest: string): void {
		for (const paneId of rest.slice(rest.indexOf(' : ') + 3).split(' ')) {
			const pane = this.#panes.named(paneId);
			if (pane !== undefined && !pane.ended) this.#refresh(pane);
		}
	}

	#refresh(pane: AgentPane): void {
		this.#quietly(this.#panes.refresh(pane, this.#run));
	}

	#quietly(work: Promise<unknown>): void {
		work.catch((error: unknown) => {
			if (this.#link.pid !== null) this.#log(String(error));
		});
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

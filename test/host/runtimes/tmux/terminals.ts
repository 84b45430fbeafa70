import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import http from 'node:http';
import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {onTestFinished} from 'vitest';
import {Tickets} from '../../../../source/host/launcher/tickets.ts';
import {processArguments, processes} from '../../../../source/host/processes.ts';
import type {Runtime, RuntimeEvent} from '../../../../source/host/runtimes/runtime.ts';
import {createTmuxRuntime} from '../../../../source/host/runtimes/tmux/tmux-runtime.ts';
import {until} from '../../../harness/until.ts';

const run = promisify(execFile);
const cli = path.resolve(import.meta.dirname, '../../../../dist/cli.js');

/** A tmux runtime on a state folder of its own, with the one route of the daemon that its launcher needs. */
export class Terminals {
	readonly state: string;
	readonly tickets = new Tickets();
	readonly events: RuntimeEvent[] = [];
	readonly log: string[] = [];
	runtime: Runtime;

	private constructor(state: string) {
		this.state = state;
		this.runtime = this.fresh();
	}

	static async start(): Promise<Terminals> {
		const folder = await mkdtemp('/tmp/ft-');
		const terminals = new Terminals(folder);
		mkdirSync(path.join(folder, 'run'), {mode: 0o700});
		const server = http.createServer((request, response) => {
			const command = terminals.tickets.redeem(request.url?.split('/').at(-1) ?? '');
			response.writeHead(command === null ? 404 : 200).end(JSON.stringify(command));
		});
		server.listen(path.join(folder, 'run/host.sock'));
		onTestFinished(async () => {
			await terminals.runtime.destroy();
			server.close();
			// A server that is ending may write a last file.
			await rm(folder, {recursive: true, force: true, maxRetries: 5});
		});
		await terminals.runtime.start();
		return terminals;
	}

	/** Another runtime on the same state folder, as the next daemon would make it. */
	fresh(): Runtime {
		const runtime = createTmuxRuntime({
			state: this.state,
			command: [process.execPath, cli],
			log: line => this.log.push(line),
		});
		runtime.onEvent(event => this.events.push(event));
		this.runtime = runtime;
		return runtime;
	}

	async launch(
		id: string,
		argv: readonly string[],
		{
			env = {},
			cwd = '/tmp',
			cols = 80,
			rows = 24,
		}: {env?: Record<string, string>; cwd?: string; cols?: number; rows?: number} = {},
	): Promise<void> {
		const ticket = this.tickets.issue({
			argv,
			cwd,
			env: {PATH: process.env['PATH'] ?? '', HOME: this.state, LANG: 'C.UTF-8', ...env},
		});
		await this.runtime.launch({id, cwd, size: {cols, rows}, ticket});
	}

	/** The first event of a kind for an agent, waited for. */
	event<K extends RuntimeEvent['kind']>(
		kind: K,
		id: string,
	): Promise<Extract<RuntimeEvent, {kind: K}>> {
		return until(
			() =>
				this.events.find(
					(event): event is Extract<RuntimeEvent, {kind: K}> =>
						event.kind === kind && event.id === id,
				),
			'that event',
			{
				seen: async () =>
					JSON.stringify(
						{events: this.events, log: this.log, screen: await this.text(id)},
						null,
						1,
					),
			},
		);
	}

	async text(id: string, history = 0): Promise<string> {
		return this.runtime
			.screen(id, {ansi: false, history})
			.then(({lines}) => lines.join('\n'), String);
	}

	/** Waits until an agent's screen holds something. */
	async shows(id: string, text: string | RegExp): Promise<string> {
		return until(
			async () => {
				const screen = await this.text(id, 2000);
				return (typeof text === 'string' ? screen.includes(text) : text.test(screen))
					? screen
					: null;
			},
			'on the screen',
			{
				seen: async () =>
					`${await this.text(id)}\n${JSON.stringify({events: this.events, log: this.log})}`,
			},
		);
	}

	async tmux(...args: string[]): Promise<string> {
		return (await run('tmux', ['-S', path.join(this.state, 'run/tmux.sock'), ...args])).stdout;
	}

	/** The processes of this tmux whose name begins so: `tmux: server`, `tmux: client`. */
	tmuxPids(name: string): number[] {
		return processes()
			.filter(stat => stat.name.startsWith(name) && stat.state !== 'Z')
			.map(({pid}) => pid)
			.filter(pid => processArguments(pid).includes(path.join(this.state, 'run/tmux.sock')));
	}
}

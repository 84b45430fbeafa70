import {PassThrough} from 'node:stream';
import type {
	AttachedTerminal,
	Runtime,
	RuntimeAgent,
	RuntimeEvent,
	RuntimeLaunch,
	Screen,
	TerminalSize,
} from '../../source/host/runtimes/runtime.ts';

export type FakeTerminal = {
	launch: RuntimeLaunch;
	lines: string[];
	typed: string;
	signals: string[];
	exit: RuntimeAgent['exit'];
	attached: Array<{toConsole: PassThrough; fromConsole: PassThrough; sizes: TerminalSize[]}>;
};

/** Terminals in memory; they outlive a daemon as long as the test holds the object. */
export class FakeRuntime implements Runtime {
	readonly name = 'fake';
	readonly terminals = new Map<string, FakeTerminal>();
	captures = 0;
	closed = false;
	destroyed = false;
	/** Exits at once when it gets TERM; otherwise only KILL ends it. */
	obeysTerm = true;
	#listeners = new Set<(event: RuntimeEvent) => void>();

	async start(): Promise<RuntimeAgent[]> {
		return [...this.terminals].map(([id, {exit}]) => ({id, pid: 1000, exit, title: ''}));
	}

	async launch(launch: RuntimeLaunch): Promise<void> {
		this.terminals.set(launch.id, {
			launch,
			lines: [],
			typed: '',
			signals: [],
			exit: null,
			attached: [],
		});
		this.emit({kind: 'pid', id: launch.id, pid: 1000});
	}

	async input(id: string, {text, submit, keys}: {text: string; submit: boolean; keys: string[]}) {
		this.terminal(id).typed += text + keys.join('') + (submit ? '\r' : '');
	}

	async screen(id: string): Promise<Screen> {
		this.captures++;
		const {lines} = this.terminal(id);
		return {lines: [...lines], cols: 80, rows: 24, cursor: {x: 0, y: 0, visible: true}};
	}

	async attach(id: string, size: TerminalSize): Promise<AttachedTerminal> {
		const toConsole = new PassThrough();
		const fromConsole = new PassThrough();
		const sizes = [size];
		this.terminal(id).attached.push({toConsole, fromConsole, sizes});
		const {Duplex} = await import('node:stream');
		const stream = Duplex.from({readable: toConsole, writable: fromConsole});
		stream.on('error', () => {});
		return {stream, resize: next => void sizes.push(next), close: () => void stream.destroy()};
	}

	async signal(id: string, signal: 'TERM' | 'KILL'): Promise<void> {
		this.terminal(id).signals.push(signal);
		if (signal === 'KILL' || this.obeysTerm) this.exit(id, {code: null, signal});
	}

	async remove(id: string): Promise<void> {
		this.terminals.delete(id);
	}

	onEvent(listener: (event: RuntimeEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	async close(): Promise<void> {
		this.closed = true;
	}

	async destroy(): Promise<void> {
		this.destroyed = true;
		this.terminals.clear();
	}

	emit(event: RuntimeEvent): void {
		for (const listener of this.#listeners) listener(event);
	}

	exit(id: string, exit: {code: number | null; signal: string | null}): void {
		this.terminal(id).exit = exit;
		this.emit({kind: 'exit', id, ...exit});
	}

	terminal(id: string): FakeTerminal {
		const terminal = this.terminals.get(id);
		if (terminal === undefined) throw new Error(`no terminal ${id}`);
		return terminal;
	}
}

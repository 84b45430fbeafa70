import {execFile} from 'node:child_process';
import {setTimeout as delay} from 'node:timers/promises';
import {plainText} from '../../protocol/text.ts';
import {findAgentKind} from '../../agents/registry.ts';
import {findProgram} from './find-program.ts';
import {installedVersion} from './installed-version.ts';

type Environment = Readonly<Record<string, string>>;

const deadlineMs = 10_000;
const patienceMs = 500;

/** How each tool that the host's work may need is asked for its version. */
const questions: Record<string, string[]> = {
	tmux: ['-V'],
	git: ['--version'],
	rsync: ['--version'],
	claude: ['--version'],
	codex: ['--version'],
	opencode: ['--version'],
	gemini: ['--version'],
	qwen: ['--version'],
};

/**
 * Tool name to version, null where it is missing and empty while it is not known yet. Asking is
 * slow (an agent program takes a second to start), so it is done once, one after the other, and
 * nobody waits for it.
 */
export class ToolVersions {
	#versions = new Map<string, string>();
	#environment: () => Promise<Environment>;
	#isAsking = false;
	#stopped = new AbortController();

	constructor(environment: () => Promise<Environment>) {
		this.#environment = environment;
	}

	/** What is installed, looked up now; versions as far as they are known. */
	async read(): Promise<Record<string, string | null>> {
		const environment = await this.#surroundings();
		const found = await Promise.all(
			Object.keys(questions).map(
				async tool => [tool, await findProgram(tool, environment['PATH'] ?? '')] as const,
			),
		);
		// Where a folder tells an agent's version, it need not be started for that.
		await Promise.all(found.map(async ([tool, file]) => this.#readFolder(tool, file)));
		void this.#ask(found, environment);
		return Object.fromEntries(
			found.map(([tool, file]) => [
				tool,
				file === undefined ? null : (this.#versions.get(file) ?? ''),
			]),
		);
	}

	async #readFolder(tool: string, file: string | undefined): Promise<void> {
		const name = findAgentKind(tool)?.package;
		if (file === undefined || name === undefined) return;
		const version = await installedVersion(file, name);
		if (version !== undefined) this.#versions.set(file, version);
	}

	close(): void {
		this.#stopped.abort();
	}

	// Asking a login shell takes as long as its start-up files do; nobody who asks for the host waits for that.
	async #surroundings(): Promise<Environment> {
		const own = {PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? ''};
		const waited = new AbortController();
		const {signal} = waited;
		try {
			return await Promise.race([
				this.#environment().catch(() => own),
				delay(patienceMs, own, {signal, ref: false}),
			]);
		} finally {
			waited.abort();
		}
	}

	async #ask(
		tools: ReadonlyArray<readonly [tool: string, file: string | undefined]>,
		environment: Environment,
	): Promise<void> {
		if (this.#isAsking) return;
		this.#isAsking = true;
		for (const [tool, file] of tools) {
			if (this.#stopped.signal.aborted) break;
			if (file === undefined || this.#versions.has(file)) continue;
			this.#versions.set(file, await this.#versionOf(file, questions[tool]!, environment));
		}

		this.#isAsking = false;
	}

	#versionOf(file: string, args: readonly string[], environment: Environment): Promise<string> {
		const {promise, resolve} = Promise.withResolvers<string>();
		execFile(
			file,
			args,
			{
				env: {...environment},
				timeout: deadlineMs,
				killSignal: 'SIGKILL',
				maxBuffer: 64 * 1024,
				signal: this.#stopped.signal,
			},
			(_error, stdout) => resolve(versionIn(stdout)),
		).stdin?.end();
		return promise;
	}
}

const versionIn = (output: string): string =>
	/\d+(?:\.\d+)+[\w.+-]*|\d+\.\d+\w*/.exec(output)?.[0] ??
	plainText(output.split('\n')[0] ?? '', 80);

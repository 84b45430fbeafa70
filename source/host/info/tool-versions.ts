import {execFile} from 'node:child_process';
import {plainText} from '../../protocol/text.ts';
import {findProgram} from './find-program.ts';

const deadlineMs = 10_000;

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
	#versions: Record<string, string | null> = {};
	#environment: () => Promise<Readonly<Record<string, string>>>;
	#asking: Promise<void> | undefined;
	#stopped = new AbortController();

	constructor(environment: () => Promise<Readonly<Record<string, string>>>) {
		this.#environment = environment;
	}

	/** What is installed, looked up now; versions as far as they are known. */
	async read(): Promise<Record<string, string | null>> {
		const environment = await this.#environment();
		const found = await Promise.all(
			Object.keys(questions).map(
				async tool => [tool, await findProgram(tool, environment['PATH'] ?? '')] as const,
			),
		);
		this.#asking ??= this.#ask(
			found.flatMap(([tool, file]) => (file === undefined ? [] : [{tool, file}])),
			environment,
		);
		return Object.fromEntries(
			found.map(([tool, file]) => [tool, file === undefined ? null : (this.#versions[tool] ?? '')]),
		);
	}

	close(): void {
		this.#stopped.abort();
	}

	async #ask(
		tools: Array<{tool: string; file: string}>,
		environment: Readonly<Record<string, string>>,
	): Promise<void> {
		for (const {tool, file} of tools) {
			if (this.#stopped.signal.aborted) return;
			const {promise, resolve} = Promise.withResolvers<string>();
			execFile(
				file,
				questions[tool]!,
				{
					env: {...environment},
					timeout: deadlineMs,
					killSignal: 'SIGKILL',
					maxBuffer: 64 * 1024,
					signal: this.#stopped.signal,
				},
				(_error, stdout) => resolve(stdout),
			).stdin?.end();
			this.#versions[tool] = versionIn(await promise);
		}
	}
}

const versionIn = (output: string): string =>
	/\d+(?:\.\d+)+[\w.+-]*|\d+\.\d+\w*/.exec(output)?.[0] ??
	plainText(output.split('\n')[0] ?? '', 80);

import {constants} from 'node:fs';
import {open, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {plainText} from '../../protocol/text.ts';
import type {Prompt} from '../prompt.ts';

// ssh runs this for each question. The answer comes through a pipe in our folder, so that no secret
// is an argument or a file; an end without an answer makes ssh take it as refused.
const script = (folder: string): string => `#!/bin/sh
umask 077
pipe='${folder}'/a.$$
mkfifo "$pipe" || exit 1
printf '%s\\n%s\\n' "$SSH_ASKPASS_PROMPT" "$1" > '${folder}'/t.$$
mv '${folder}'/t.$$ '${folder}'/q.$$
IFS= read -r answer < "$pipe" || { rm -f "$pipe"; exit 1; }
rm -f "$pipe"
printf '%s\\n' "$answer"
`;

/** Answers the questions of one ssh process through our own prompt, or with what was typed before. */
export class Askpass {
	readonly #folder: string;
	readonly #prompt: Prompt;
	readonly #remembered: Map<string, string>;
	readonly #typed = new Map<string, string>();
	readonly #asked = new Set<string>();
	readonly #signal: AbortSignal;

	constructor(
		folder: string,
		{
			prompt,
			remembered,
			signal,
		}: {prompt: Prompt; remembered: Map<string, string>; signal: AbortSignal},
	) {
		this.#folder = folder;
		this.#prompt = prompt;
		this.#remembered = remembered;
		this.#signal = signal;
	}

	/** Writes the program; yields the environment that makes ssh use it. */
	async prepare(): Promise<Record<string, string>> {
		const file = path.join(this.#folder, 'ask');
		await writeFile(file, script(this.#folder), {mode: 0o700});
		return {
			SSH_ASKPASS: file,
			SSH_ASKPASS_REQUIRE: 'force',
			// Before OpenSSH 8.4 a display and the lack of a terminal decided.
			DISPLAY: process.env['DISPLAY'] || ':0',
		};
	}

	/** Looks for questions and sees to each; yields whether one is open. */
	async poll(): Promise<boolean> {
		const names = await readdir(this.#folder).catch(() => []);
		for (const name of names) {
			if (!name.startsWith('q.')) continue;
			const file = path.join(this.#folder, name);
			const [kind = '', ...lines] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
			await rm(file, {force: true});
			this.#asked.add(name);
			void this.#see(kind, lines, path.join(this.#folder, `a.${name.slice(2)}`)).finally(() =>
				this.#asked.delete(name),
			);
		}

		return this.#asked.size > 0;
	}

	/** The login succeeded: what was typed will do again. */
	keep(): void {
		for (const [question, answer] of this.#typed) this.#remembered.set(question, answer);
	}

	async #see(kind: string, lines: string[], pipe: string): Promise<void> {
		const message = lines
			.map(line => plainText(line, 500))
			.filter(Boolean)
			.join('\n');
		const isYesNo = /\(yes\/no/.test(message) || kind === 'confirm';
		const before = this.#typed.has(message) ? undefined : this.#remembered.get(message);
		const answer =
			before ?? (await this.#prompt({message: `${message} `, echo: isYesNo}, this.#signal));
		// Only told, as for a key that is to be touched: ssh waits for no answer.
		if (kind === 'none') return;
		if (answer !== null && !isYesNo) this.#typed.set(message, answer);
		await reply(pipe, answer);
	}
}

/** Writes into the pipe once the script reads it; one that never does was ended with its ssh. */
const reply = async (pipe: string, answer: string | null): Promise<void> => {
	for (let attempt = 0; attempt < 100; attempt++) {
		try {
			const handle = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
			try {
				if (answer !== null) await handle.write(`${answer}\n`);
			} finally {
				await handle.close();
			}

			return;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ENXIO') return;
			await delay(20);
		}
	}
};

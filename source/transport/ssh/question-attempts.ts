import type {KeyboardInteractiveAuthMethod, PasswordAuthMethod, Prompt} from 'ssh2';
import {plainText} from '../../protocol/text.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import type {Ask} from './ask.ts';
import type {Vault} from './vault.ts';

/** Keyboard-interactive and password: remembered answers first, then the person's. */
export class QuestionAttempts {
	readonly tried: string[] = [];
	readonly #host: SshHost;
	readonly #vault: Vault;
	readonly #ask: Ask;
	readonly #typed = new Map<string, string>();
	#password: string | undefined;
	#interactiveRounds = 0;
	#passwordRounds = 0;
	#isSilent = false;

	constructor(host: SshHost, vault: Vault, ask: Ask) {
		this.#host = host;
		this.#vault = vault;
		this.#ask = ask;
	}

	get #who(): string {
		return `(${this.#host.user}@${this.#host.hostName})`;
	}

	/** Whether answers of an earlier login are there to be given again. */
	get canReplay(): boolean {
		return this.#interactiveRounds === 0 && this.#vault.answers.size > 0;
	}

	/** Null when nobody answers, or it was asked often enough. */
	interactive(): KeyboardInteractiveAuthMethod | null {
		const {canReplay} = this;
		const mayAsk = !this.#isSilent && this.#interactiveRounds < this.#host.numberOfPasswordPrompts;
		if (!canReplay && !mayAsk) return null;
		this.#interactiveRounds++;
		this.#note('keyboard-interactive');
		return {
			type: 'keyboard-interactive',
			username: this.#host.user,
			prompt: (name, instructions, _language, questions, finish) => {
				this.#answer(`${name}\n${instructions}`, questions, canReplay).then(
					answers => finish(answers),
					() => finish(questions.map(() => '')),
				);
			},
		};
	}

	async password(): Promise<PasswordAuthMethod | null> {
		const remembered = this.#passwordRounds === 0 ? this.#vault.password : undefined;
		if (this.#passwordRounds >= this.#host.numberOfPasswordPrompts) return null;
		const password = remembered ?? (await this.#question(`${this.#who} password: `, false));
		if (password === null) return null;
		this.#passwordRounds++;
		this.#password = password;
		this.#note('password');
		return {type: 'password', username: this.#host.user, password};
	}

	/** The host let us in: what was typed will do again. */
	keep(): void {
		this.#vault.password = this.#password ?? this.#vault.password;
		for (const [question, answer] of this.#typed) this.#vault.answers.set(question, answer);
	}

	async #answer(preface: string, questions: Prompt[], canReplay: boolean): Promise<string[]> {
		const remembered = questions.map(({prompt}) => this.#vault.answers.get(prompt));
		if (canReplay && remembered.every(answer => answer !== undefined)) return remembered;
		let lead = preface
			.split('\n')
			.map(line => plainText(line, 500))
			.filter(Boolean)
			.map(line => `${line}\n`)
			.join('');
		const answers: string[] = [];
		for (const {prompt, echo} of questions) {
			const message = `${lead}${this.#who} ${plainText(prompt, 500)} `;
			lead = '';
			const answer = await this.#question(message, echo === true);
			if (answer === null) return questions.map(() => '');
			this.#typed.set(prompt, answer);
			answers.push(answer);
		}

		return answers;
	}

	async #question(message: string, echo: boolean): Promise<string | null> {
		const answer = this.#isSilent ? null : await this.#ask(message, echo);
		if (answer === null) this.#isSilent = true;
		return answer;
	}

	#note(method: string): void {
		if (!this.tried.includes(method)) this.tried.push(method);
	}
}

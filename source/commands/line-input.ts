/** One line as it is typed on a terminal in raw mode: what a cooked terminal would do, and no more. */
export class LineInput {
	text = '';
	#echo = '';

	/** What was typed makes the line complete, ends the input, interrupts, or asks for more. */
	feed(typed: string): 'complete' | 'ended' | 'interrupted' | 'more' {
		// Pasted text comes in brackets, keys that are no characters come as sequences: neither is an answer.
		for (const character of typed.replace(/\u001B(?:\[[0-?]*[ -/]*[@-~]|O.|.)?/g, '')) {
			switch (character) {
				case '\r':
				case '\n':
					return 'complete';
				case '\u0003':
					return 'interrupted';
				case '\u0004':
					if (this.text === '') return 'ended';
					break;
				case '\u007F':
				case '\b':
					this.#erase(1);
					break;
				case '\u0015':
					this.#erase([...this.text].length);
					break;
				default:
					if (character < ' ') break;
					this.text += character;
					this.#echo += character;
			}
		}

		return 'more';
	}

	/** What to show for what was typed since the last call. */
	takeEcho(): string {
		const echo = this.#echo;
		this.#echo = '';
		return echo;
	}

	#erase(count: number): void {
		const characters = [...this.text];
		const erased = Math.min(count, characters.length);
		this.text = characters.slice(0, characters.length - erased).join('');
		this.#echo += '\b \b'.repeat(erased);
	}
}

/** What a terminal would swallow or only ring. Payloads are decoded from UTF-8. */
export type ControlString =
	| {kind: 'osc'; payload: string}
	| {kind: 'title'; title: string}
	| {kind: 'bell'}
	/** A hyperlink (OSC 8) and the text that leads there. */
	| {kind: 'link'; uri: string; text: string}
	/** One that is wanted, and longer than any may be. */
	| {kind: 'overlong'};

type State = 'ground' | 'escape' | 'csi' | 'osc' | 'osc-escape' | 'string' | 'string-escape';

const longest = 4096;
/** Wanted by the arbiter: program status, notifications and progress, notifications, shell marks. */
const wanted = /^(?:7501|9|777|133);/;
/** Enough of a hyperlink's text to find it on the screen again. */
const longestLabel = 200;
const tmuxPassthrough = 'Ptmux;';

/**
 * Finds control strings (ECMA-48 OSC, DCS, …) in one terminal's output, however it is cut. A string beyond 4 KiB is
 * passed over whole: half a record could say the opposite. Input is latin1: one character is one byte.
 */
export class ControlStrings {
	#state: State = 'ground';
	#text = '';
	#overflow = false;
	/** The hyperlink whose text is being written. */
	#link: {uri: string; label: string} | undefined;

	/** Nothing is open: what has no escape and no bell in it need not be fed. */
	get idle(): boolean {
		return this.#state === 'ground' && this.#link === undefined;
	}

	feed(data: string): ControlString[] {
		const found: ControlString[] = [];
		this.#scan(data, found);
		return found;
	}

	#scan(data: string, found: ControlString[]): void {
		for (let at = 0; at < data.length; at++) {
			const character = data[at] ?? '';
			switch (this.#state) {
				case 'ground': {
					if (character === '\x1b') this.#state = 'escape';
					else if (character === '\x07' && found.at(-1)?.kind !== 'bell')
						found.push({kind: 'bell'});
					else if (this.#link && this.#link.label.length < longestLabel)
						this.#link.label += character;
					break;
				}

				case 'csi': {
					if (character >= '@' && character <= '~') this.#state = 'ground';
					break;
				}

				case 'escape': {
					this.#begin(character);
					break;
				}

				case 'osc': {
					if (character === '\x07') this.#finish(found);
					else if (character === '\x1b') this.#state = 'osc-escape';
					else this.#add(character);
					break;
				}

				case 'osc-escape': {
					if (character === '\\') this.#finish(found);
					else this.#begin(character);
					break;
				}

				case 'string': {
					if (character === '\x1b') this.#state = 'string-escape';
					else this.#add(character);
					break;
				}

				case 'string-escape': {
					if (character === '\\') this.#finish(found);
					else if (character === '\x1b') {
						// Inside tmux's passthrough an escape is doubled.
						this.#add(character);
						this.#state = 'string';
					} else this.#begin(character);
					break;
				}
			}
		}
	}

	#begin(character: string): void {
		this.#text = '';
		this.#overflow = false;
		if (character === ']') this.#state = 'osc';
		else if ('PX^_k'.includes(character)) {
			this.#state = 'string';
			this.#text = character;
		} else if (character === '[') this.#state = 'csi';
		else this.#state = character === '\x1b' ? 'escape' : 'ground';
	}

	#add(character: string): void {
		// CAN and SUB give a string up.
		if (character === '\x18' || character === '\x1a') this.#state = 'ground';
		else if (this.#text.length < longest) this.#text += character;
		else this.#overflow = true;
	}

	#finish(found: ControlString[]): void {
		const text = this.#text;
		const kind = this.#state;
		this.#state = 'ground';
		this.#text = '';
		if (this.#overflow) {
			if (wanted.test(text)) found.push({kind: 'overlong'});
			return;
		}

		if (kind === 'string-escape') {
			if (text.startsWith(tmuxPassthrough)) {
				found.push(...new ControlStrings().feed(text.slice(tmuxPassthrough.length)));
			}

			return;
		}

		const payload = Buffer.from(text, 'latin1').toString('utf8');
		if (payload.startsWith('8;')) this.#turn(payload, found);
		else if (/^[02];/.test(payload)) found.push({kind: 'title', title: payload.slice(2)});
		else if (wanted.test(payload)) found.push({kind: 'osc', payload});
	}

	/** One hyperlink ends where the next begins, or where an empty one says so. */
	#turn(payload: string, found: ControlString[]): void {
		if (this.#link) {
			const text = Buffer.from(this.#link.label, 'latin1').toString('utf8').trim();
			if (text !== '') found.push({kind: 'link', uri: this.#link.uri, text});
		}

		const uri = /^8;[^;]*;(.+)$/s.exec(payload)?.[1];
		this.#link = uri === undefined ? undefined : {uri, label: ''};
	}
}

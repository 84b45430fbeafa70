import {ControlStrings, type ControlString} from '../control-strings.ts';

/** A string that a terminal swallows may begin here (control mode writes ESC as `\033` and BEL as `\007`). */
const mayMatter = /\\007|\\033(?:[\]PX^_k]|$)/;

/** Nothing but whole OSC strings: a report or a progress bar is no output. Control mode writes a backslash as `\134`. */
const onlyStrings = /^(?:\\033\](?:(?!\\007|\\033).)*(?:\\007|\\033\\134))+$/s;

/** One pane's `%output`: what is in it besides text, and how much of it we can afford to be told. */
export class PaneOutput {
	static readonly burstBytes = 256 * 1024;
	static readonly bytesPerSecond = 1024 * 1024;

	readonly #strings = new ControlStrings();
	#left = PaneOutput.burstBytes;
	#at = 0;

	read(data: string): ControlString[] {
		if (this.#strings.idle && !mayMatter.test(data)) return [];
		return this.#strings.feed(
			data.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) =>
				String.fromCharCode(Number.parseInt(octal, 8)),
			),
		);
	}

	/** Whether a person would see something of it. */
	isVisible(data: string): boolean {
		return !(data.startsWith('\\033]') && onlyStrings.test(data));
	}

	/**
	 * Whether the pane may go on being heard after these bytes. A program that floods its terminal (a `cat` of a large
	 * file) would otherwise cost tmux and the daemon as much again as the flood itself. `now` is in milliseconds.
	 */
	affords(bytes: number, now: number): boolean {
		const earned = ((now - this.#at) / 1000) * PaneOutput.bytesPerSecond;
		this.#left = Math.min(PaneOutput.burstBytes, this.#left + earned) - bytes;
		this.#at = now;
		return this.#left > 0;
	}
}

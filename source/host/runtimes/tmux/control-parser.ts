/** One thing that a control client says (tmux(1), "Control mode"). Text is latin1: one character is one byte. */
export type ControlMessage =
	| {kind: 'reply'; ok: boolean; lines: string[]}
	| {kind: 'output'; pane: string; data: string}
	| {kind: 'notification'; name: string; rest: string};

/**
 * Lines of control mode → messages. A reply ends only at the `%end` or `%error` with the very time and number of its
 * `%begin`: a captured screen may hold lines that look like one. Replies to what this client did not ask
 * (flags other than 1) are dropped.
 */
export class ControlParser {
	#open: {guard: string; lines: string[]} | null = null;

	line(line: string): ControlMessage | null {
		if (this.#open !== null) return this.#inside(this.#open, line);
		if (!line.startsWith('%')) return null;
		if (line.startsWith('%output ')) {
			const space = line.indexOf(' ', 8);
			return {kind: 'output', pane: line.slice(8, space), data: line.slice(space + 1)};
		}

		if (line.startsWith('%extended-output ')) {
			const space = line.indexOf(' ', 17);
			return {
				kind: 'output',
				pane: line.slice(17, space),
				data: line.slice(line.indexOf(' : ', space) + 3),
			};
		}

		const space = line.indexOf(' ');
		const name = space < 0 ? line.slice(1) : line.slice(1, space);
		const rest = space < 0 ? '' : line.slice(space + 1);
		if (name === 'begin') {
			this.#open = {guard: rest, lines: []};
			return null;
		}

		return {kind: 'notification', name, rest};
	}

	#inside(open: {guard: string; lines: string[]}, line: string): ControlMessage | null {
		const ok = line === `%end ${open.guard}`;
		if (!ok && line !== `%error ${open.guard}`) {
			open.lines.push(line);
			return null;
		}

		this.#open = null;
		return open.guard.endsWith(' 1') ? {kind: 'reply', ok, lines: open.lines} : null;
	}
}

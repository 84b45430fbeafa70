/** What each "off" parameter of SGR (ECMA-48 8.3.117, xterm's colours) takes back. */
const off: Record<number, readonly string[]> = {
	22: ['1', '2'],
	23: ['3'],
	24: ['4'],
	25: ['5'],
	27: ['7'],
	28: ['8'],
	29: ['9'],
	39: ['foreground'],
	49: ['background'],
	55: ['53'],
	59: ['underline'],
};

const slot = (code: number): string => {
	if (code === 38 || (code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return 'foreground';
	if (code === 48 || (code >= 40 && code <= 47) || (code >= 100 && code <= 107))
		return 'background';
	if (code === 58) return 'underline';
	return String(code === 21 ? 4 : code);
};

/** The look that the SGR sequences so far have left, as one sequence. */
export class GraphicRendition {
	readonly #parts = new Map<string, string>();

	/** Takes the parameters of one sequence: what stands between `ESC [` and `m`. */
	apply(parameters: string): void {
		const fields = parameters.split(';');
		for (let at = 0; at < fields.length; at++) {
			const field = fields[at] ?? '';
			const code = Number.parseInt(field || '0', 10);
			if (code === 0) this.#parts.clear();
			else if (off[code] !== undefined) for (const name of off[code]) this.#parts.delete(name);
			else if ([38, 48, 58].includes(code) && !field.includes(':')) {
				const length = fields[at + 1] === '2' ? 5 : 3;
				this.#parts.set(slot(code), fields.slice(at, at + length).join(';'));
				at += length - 1;
			} else this.#parts.set(slot(code), field);
		}
	}

	/** Empty where nothing but the default is left. */
	get sequence(): string {
		return this.#parts.size === 0 ? '' : `\x1b[${[...this.#parts.values()].join(';')}m`;
	}
}

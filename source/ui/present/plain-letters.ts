/**
 * Characters that are one letter and one cell each, whatever stands beside them: ASCII, Latin, punctuation,
 * arrows, lines, blocks, braille and the marks of our own rows. Nearly everything that a screen shows.
 */
const letters =
	'\\u0020-\\u007E\\u00A1-\\u00AC\\u00AE-\\u02FF\\u2010-\\u2027\\u2190-\\u21FF\\u2500-\\u25FC\\u2713\\u2717\\u276F\\u2800-\\u28FF';
const plain = new RegExp(`^[${letters}]*$`);
// A control character joins no letter; CR does join LF.
const plainOrControl = new RegExp(
	`^[\\u0000-\\u0009\\u000B\\u000C\\u000E-\\u001F\\u007F${letters}]*$`,
);

/** Whether the text is as many cells wide as it has characters. */
export const isPlain = (text: string): boolean => plain.test(text);

const {Segmenter} = Intl;

/**
 * `Intl.Segmenter` for graphemes, that asks ICU only about text that is not plain: its first use costs a start
 * 8 to 20 ms. The bundle puts it in the place of the original for Ink and its parts, too.
 */
export class GraphemeSegmenter {
	readonly #locales: Intl.LocalesArgument;
	#segmenter: Intl.Segmenter | undefined;

	constructor(locales?: Intl.LocalesArgument) {
		this.#locales = locales;
	}

	segment(text: string): Iterable<Intl.SegmentData> {
		if (plainOrControl.test(text)) return eachCharacter(text);
		this.#segmenter ??= new Segmenter(this.#locales, {granularity: 'grapheme'});
		return this.#segmenter.segment(text);
	}
}

function* eachCharacter(input: string): Generator<Intl.SegmentData, undefined> {
	for (let index = 0; index < input.length; index++) {
		yield {segment: input[index]!, index, input};
	}
}

import {inspect} from 'node:util';

const known = new Set<WeakRef<Secret>>();
/** An error may speak of a secret that nothing else holds any more; the launch that it was for has a minute. */
const young = new Set<Secret>();
const youngMs = 5 * 60_000;
const shortest = 4;
/** A line of a secret with several, by itself: shorter ones say little, and would blank innocent text. */
const shortestLine = 16;

/**
 * A value that shows itself to nobody who did not ask: as text, as JSON and to `inspect` it is its
 * label. Only `reveal()` yields it, and only the body of a launch should.
 */
export class Secret {
	readonly label: string;
	readonly #value: string;

	constructor(value: string, label: string) {
		this.#value = value;
		this.label = label;
		known.add(new WeakRef(this));
		young.add(this);
		setTimeout(() => young.delete(this), youngMs).unref();
	}

	reveal(): string {
		return this.#value;
	}

	toString(): string {
		return `[secret ${this.label}]`;
	}

	toJSON(): string {
		return this.toString();
	}

	[inspect.custom](): string {
		return this.toString();
	}
}

/** Text without any secret that this process holds: the last guard before a log, an error or a crash report. */
export const redactSecrets = (text: string): string => {
	let clean = text;
	for (const reference of known) {
		const secret = reference.deref();
		if (secret === undefined) {
			known.delete(reference);
			continue;
		}

		for (const value of writtenForms(secret.reveal()))
			clean = clean.replaceAll(value, String(secret));
	}

	return clean;
};

/** As it is, and as JSON, `inspect`, a URL or a header's Base64 would carry it. Very short values would blank innocent text. */
const writtenForms = (value: string): string[] =>
	[
		value,
		JSON.stringify(value).slice(1, -1),
		encodeURIComponent(value.toWellFormed()),
		Buffer.from(value).toString('base64'),
		// `inspect` writes each line as a text of its own.
		...value.split('\n').filter(line => line.length >= shortestLine),
	]
		.flatMap(form => [
			form,
			inspect(form, {breakLength: Infinity, maxStringLength: null}).slice(1, -1),
		])
		.filter(form => form.length >= shortest);

import * as v from 'valibot';

/** What `host serve --detach` prints about the daemon that runs now. */
export type Serving = {
	/** Absolute, on the host. */
	socket: string;
	pid: number | null;
	version: string | null;
	/** `MAJOR.MINOR`. */
	protocol: string | null;
	/** Whether it was started just now. */
	started: boolean;
};

const protocolText = v.union([
	v.string(),
	v.pipe(
		v.object({major: v.number(), minor: v.number()}),
		v.transform(({major, minor}) => `${major}.${minor}`),
	),
]);

const schema = v.object({
	// sun_path holds 107 bytes on Linux; more is no socket path.
	socket: v.pipe(v.string(), v.regex(/^\/[^\0\n]{1,300}$/)),
	pid: v.optional(v.nullable(v.number()), null),
	version: v.optional(v.nullable(v.string()), null),
	protocol: v.optional(v.nullable(protocolText), null),
	started: v.optional(v.boolean(), false),
});

/** Finds that line in what a login shell printed around it; null when there is none. */
export const parseServing = (printed: string): Serving | null => {
	for (const line of printed.split('\n').reverse()) {
		// Noise may stand before it on the same line: text without a line end, a prompt.
		for (let at = line.indexOf('{'); at !== -1; at = line.indexOf('{', at + 1)) {
			const end = line.lastIndexOf('}');
			const serving = end > at ? parse(line.slice(at, end + 1)) : null;
			if (serving) return serving;
		}
	}

	return null;
};

const parse = (text: string): Serving | null => {
	try {
		const result = v.safeParse(schema, JSON.parse(text));
		return result.success ? result.output : null;
	} catch {
		return null;
	}
};

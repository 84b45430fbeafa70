/** What a `web` request may be: a link that is safe to hand to the laptop's browser, or the reason why not. */
export type CheckedUrl = {url: URL} | {refused: string};

export const maxUrlBytes = 8 * 1024;

const protocols = new Set(['http:', 'https:', 'mailto:']);
// Some mail programs read local files for these (`mailto:a@b?attach=/etc/passwd`).
const attaching = new Set(['attach', 'attachment']);
const refused = (reason: string): CheckedUrl => ({refused: reason});

/**
 * Judges an argument that came from the host. What passes is handed on in its normalised form
 * (`url.href`), which is ASCII, begins with one of three schemes and holds no spaces: it can be
 * neither an option, nor two arguments, nor a local file.
 */
export const checkUrl = (argument: string): CheckedUrl => {
	if (argument === '') return refused('there is no link in the request');
	if (Buffer.byteLength(argument) > maxUrlBytes) return refused('the link is longer than 8 KiB');
	if (argument.startsWith('-')) return refused('the link begins with a dash, as an option would');
	if (/[\p{Cc}\p{Cf}\p{Cs}]/u.test(argument)) {
		return refused('the link holds control or invisible characters');
	}

	if (/\s/u.test(argument)) return refused('the link holds spaces');
	const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(argument)?.[1];
	if (scheme === undefined) return refused('it is not a link: it names no scheme such as https:');
	if (!protocols.has(`${scheme.toLowerCase()}:`)) {
		return refused(
			`${scheme.toLowerCase().slice(0, 40)}: links are not opened; http, https and mailto are`,
		);
	}

	const url = URL.parse(argument);
	if (url === null) return refused('the link cannot be read');
	if (url.username !== '' || url.password !== '') {
		return refused('the link holds a user name or password');
	}

	if (url.protocol === 'mailto:') {
		for (const name of url.searchParams.keys()) {
			if (attaching.has(name.toLowerCase())) return refused('the mail link attaches a file');
		}
	}

	return {url};
};

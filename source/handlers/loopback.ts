/** A place in a link that names a port of the machine it was made on. */
export type LoopbackTarget = {
	port: number;
	/** `link`: the link itself goes there. `redirect`: the site sends the browser back there, and the port is fixed. */
	role: 'link' | 'redirect';
};

export type Loopback = {targets: LoopbackTarget[]} | {refused: string};

const forwardable = new Set(['localhost', '127.0.0.1', '[::1]']);
const maxTargets = 4;

/** Whether a browser would take this host for the machine that it runs on. */
const isLoopbackHost = (hostname: string): boolean => {
	const name = hostname.toLowerCase().replace(/\.$/, '');
	return (
		name === 'localhost' ||
		name.endsWith('.localhost') ||
		/^127\.\d+\.\d+\.\d+$/.test(name) ||
		name === '0.0.0.0' ||
		name === '[::1]' ||
		name === '[::]' ||
		/^\[::ffff:(7f[0-9a-f]{2}:[0-9a-f]{1,4}|0:0)\]$/.test(name)
	);
};

const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));

const webUrl = (value: string): URL | null => {
	const url = /^https?:/i.test(value) ? URL.parse(value) : null;
	return url && /^https?:$/.test(url.protocol) ? url : null;
};

/**
 * The host's own ports that a link depends on: the link's own, and those that a login page is told
 * to send the browser back to (`redirect_uri=http://localhost:1455/…`, RFC 8252 section 7.3, also
 * inside a nested link). Loopback names that cannot be forwarded are refused rather than opened,
 * because the laptop's browser would reach the laptop.
 */
export const findLoopback = (url: URL): Loopback => {
	const targets = new Map<number, LoopbackTarget>();
	let refused: string | undefined;

	const visit = (at: URL, role: LoopbackTarget['role'], depth: number): void => {
		if (isLoopbackHost(at.hostname)) {
			if (!forwardable.has(at.hostname)) {
				refused ??= `${at.hostname} would be this laptop; only localhost, 127.0.0.1 and [::1] are forwarded`;
			} else if (!targets.has(portOf(at))) {
				targets.set(portOf(at), {port: portOf(at), role});
			}
		}

		if (depth === 0) return;
		for (const value of parameters(at)) {
			const nested = webUrl(value);
			if (nested) visit(nested, 'redirect', depth - 1);
		}
	};

	visit(url, 'link', 2);
	if (refused === undefined && targets.size > maxTargets) {
		refused = `the link names ${targets.size} ports of the host`;
	}

	return refused === undefined ? {targets: [...targets.values()]} : {refused};
};

/** Query parameters, and those of a fragment that is written like a query. */
const parameters = (url: URL): string[] => [
	...url.searchParams.values(),
	...new URLSearchParams(url.hash.replace(/^#\??/, '')).values(),
];

/** The same link to another port of this machine. */
export const withPort = (url: URL, port: number): URL => {
	const moved = new URL(url);
	moved.port = String(port);
	return moved;
};

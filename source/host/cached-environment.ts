import {loginEnvironment} from './login-environment.ts';

type Environment = Readonly<Record<string, string>>;

/**
 * The login environment, asked once and then at hand. An answer older than `maxAgeMs` is still
 * given at once, and asked for anew behind it: what a person adds to their files reaches a later launch.
 */
export const cachedEnvironment = (
	ask: () => Promise<Environment> = loginEnvironment,
	maxAgeMs = 60_000,
): (() => Promise<Environment>) => {
	let known: Promise<Environment> | null = null;
	let at = -Infinity;
	let asking = false;
	return () => {
		const now = performance.now();
		if (known === null) {
			known = ask();
			at = now;
		} else if (now - at > maxAgeMs && !asking) {
			asking = true;
			const fresh = ask();
			fresh
				.then(() => (known = fresh))
				.catch(() => {})
				.finally(() => {
					at = performance.now();
					asking = false;
				});
		}

		return known;
	};
};

import type {Route} from './route.ts';

export type Match =
	| {route: Route; parameters: Record<string, string>}
	/** The path is known, the method is not: these are. */
	| {allowed: string[]}
	| undefined;

/** The route of a path, its parameters decoded. A path that cannot be decoded has none. */
export const matchRoute = (routes: readonly Route[], method: string, path: string): Match => {
	const segments = path.split('/');
	const allowed: string[] = [];
	for (const route of routes) {
		const parameters = matchPath(route.path.split('/'), segments);
		if (parameters === undefined) continue;
		if (route.method === method) return {route, parameters};
		allowed.push(route.method);
	}

	return allowed.length > 0 ? {allowed} : undefined;
};

const matchPath = (pattern: string[], segments: string[]): Record<string, string> | undefined => {
	if (pattern.length !== segments.length) return undefined;
	const parameters: Record<string, string> = {};
	for (const [index, part] of pattern.entries()) {
		const segment = segments[index]!;
		if (!part.startsWith(':')) {
			if (part !== segment) return undefined;
			continue;
		}

		try {
			parameters[part.slice(1)] = decodeURIComponent(segment);
		} catch {
			return undefined;
		}
	}

	return parameters;
};

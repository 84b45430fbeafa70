import {realpathSync} from 'node:fs';
import path from 'node:path';
import {expandHome} from '../../config/paths.ts';
import {bytePath, joinPath, nativePath, type BytePath} from '../path.ts';

/**
 * The first of the other rules' roots that is this one, or within it, or around it, wherever links
 * lead; undefined where each is by itself. What two rules both sync, they would undo for each other.
 */
export const findOverlap = (root: string, others: readonly string[]): string | undefined => {
	if (others.length === 0) return undefined;
	const own = `${reallyAt(root)}/`;
	return others.find(other => {
		const there = `${reallyAt(other)}/`;
		return own.startsWith(there) || there.startsWith(own);
	});
};

/** With links resolved, as far as there is something; the rest as it is named. */
function reallyAt(text: string): BytePath {
	let rest: BytePath = '';
	for (let at = path.resolve(expandHome(text)); ; at = path.dirname(at)) {
		try {
			const real = realpathSync(nativePath(bytePath(at)), {encoding: 'latin1'});
			return rest === '' ? real : joinPath(real === '/' ? '' : real, rest);
		} catch {
			rest = rest === '' ? bytePath(path.basename(at)) : `${bytePath(path.basename(at))}/${rest}`;
			if (at === '/') return `/${rest}`;
		}
	}
}

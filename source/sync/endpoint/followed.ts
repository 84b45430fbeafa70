import {realpathSync} from 'node:fs';
import {joinPath, nativePath, type BytePath} from '../path.ts';
import type {EndpointContext} from './context.ts';

/**
 * Where a path of a rule that follows links really is. Throws EACCES where that holds
 * credentials, which no rule sends, and what `realpath` does.
 */
export const followed = ({root, matcher}: EndpointContext, path: BytePath): string | Buffer => {
	const real = realpathSync(nativePath(joinPath(root, path)), {encoding: 'latin1'});
	if (matcher.isSecretTarget(real)) {
		throw Object.assign(new Error('EACCES: a link leads to credentials'), {code: 'EACCES'});
	}

	return nativePath(real);
};

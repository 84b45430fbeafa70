import {contentOf, isFile, isLink} from '../../entry.ts';
import {isPlainPath} from '../../path.ts';
import type {Step} from '../../plan/fill.ts';
import type {EndpointContext} from '../context.ts';
import {staysInside} from '../link-target.ts';

/** Why this side will not do an operation, whoever asks; undefined where it may. */
export const whyNot = (
	{matcher, settings}: EndpointContext,
	operation: Step,
): string | undefined => {
	const paths = [operation.path];
	if (operation.kind === 'aside') paths.push(operation.to);
	if (operation.kind === 'put' && operation.copy !== undefined) paths.push(operation.copy);
	if (!paths.every(isPlainPath)) return 'is no path inside the root';
	const {kind} = operation;
	const isDirectory = kind === 'mkdir' || kind === 'fill' || kind === 'rmdir';
	if (paths.some(path => matcher.verdictFromRoot(path, isDirectory) !== 'keep')) {
		return 'is left out on this side';
	}

	if (operation.kind !== 'put') return undefined;
	const {path, signature} = operation;
	if (isFile(signature)) return undefined;
	if (!isLink(signature)) return 'is neither a file nor a link';
	// Where links are followed, one that the other side made could lead to what it may not have.
	if (settings.dereferenceSymlinks) return 'is a link, and this rule copies what links point at';
	return staysInside(path, contentOf(signature)) ? undefined : 'is a link that leaves the root';
};

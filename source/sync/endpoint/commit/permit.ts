import {contentOf, isFile, isLink} from '../../entry.ts';
import {isPlainName, isPlainPath, type BytePath} from '../../path.ts';
import type {Step} from '../../plan/fill.ts';
import type {Put} from '../../plan/operation.ts';
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

	return operation.kind === 'put' ? whyNotPut(settings, operation) : undefined;
};

/** The same of a file in a folder that this side fills. */
export const whyNotFilled = (
	{matcher}: EndpointContext,
	folder: BytePath,
	{path, signature}: Put,
): string | undefined => {
	if (!isPlainName(path.slice(folder.length + 1))) return 'is no path inside the root';
	if (matcher.verdict(path, false) !== 'keep') return 'is left out on this side';
	return isFile(signature) ? undefined : 'is no file';
};

function whyNotPut(
	settings: EndpointContext['settings'],
	{path, signature}: Put,
): string | undefined {
	if (isFile(signature)) return undefined;
	if (!isLink(signature)) return 'is neither a file nor a link';
	// Where links are followed, one that the other side made could lead to what it may not have.
	if (settings.dereferenceSymlinks) return 'is a link, and this rule copies what links point at';
	return staysInside(path, contentOf(signature)) ? undefined : 'is a link that leaves the root';
}

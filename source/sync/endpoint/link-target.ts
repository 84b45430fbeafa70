import {parentOf, type BytePath} from '../path.ts';

/** True for a relative target that does not climb above the root from where the link stands. */
export const staysInside = (path: BytePath, target: BytePath): boolean => {
	if (target === '' || target.startsWith('/') || target.includes('\0')) return false;
	const at = parentOf(path) === '' ? [] : parentOf(path).split('/');
	for (const part of target.split('/')) {
		if (part === '..') {
			if (at.length === 0) return false;
			at.pop();
		} else if (part !== '' && part !== '.') at.push(part);
	}

	return true;
};

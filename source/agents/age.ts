import type {AgentKind} from './kind.ts';

/** Whether a version is that one or a later one; what is no number counts as 0. */
export const isAtLeast = (version: string, least: string): boolean => {
	const parts = version.split('.');
	for (const [index, part] of least.split('.').entries()) {
		const difference = (Number.parseInt(parts[index] ?? '', 10) || 0) - Number(part);
		if (difference !== 0) return difference > 0;
	}

	return true;
};

/**
 * Said where a program is older than what its kind understands: npm puts an old one, without a
 * word, where Node is too old for the new one. Null where it is new enough or its age is not known.
 */
export const tooOld = (
	{program, install, oldest}: Pick<AgentKind, 'program' | 'install' | 'oldest'>,
	version: string | null | undefined,
): {problem: string; mend: string} | null => {
	if (program === null || oldest === undefined || !version || !/^\d/.test(version)) return null;
	if (isAtLeast(version, oldest)) return null;
	return {
		problem: `${program} ${version} is older than ${oldest}: what it tells of its state may not be understood`,
		mend: `${install ?? `install ${program} again`}, with Node 22 or newer: npm picks an old version for an old Node`,
	};
};

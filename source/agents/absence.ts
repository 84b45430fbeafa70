import {FleetError} from '../errors.ts';
import type {AgentKind} from './kind.ts';

/** Said where a kind's program is not on the host's PATH: "claude is not installed on dev-server: npm i -g …". */
export const absence = (kind: Pick<AgentKind, 'name' | 'program' | 'install'>, host: string) => {
	const what = kind.program ?? kind.name;
	const how = kind.install ? `: ${kind.install}` : '';
	return new FleetError('failed', `${what} is not installed on ${host}${how}`, {
		hint: kind.install
			? `run \`${kind.install}\` there, or put ${what} on the PATH of a login shell`
			: `put ${what} on the PATH of a login shell there`,
	});
};

/**
 * The same, recognised from how a launch ended: a shell answers 127 for a program that it does
 * not find and 126 for one that it may not run. Null for any other end.
 */
export const absenceFromExit = (
	kind: Pick<AgentKind, 'name' | 'program' | 'install'>,
	host: string,
	exit: {code: number | null},
): string | null =>
	kind.program !== null && (exit.code === 127 || exit.code === 126)
		? absence(kind, host).message
		: null;

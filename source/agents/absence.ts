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

import type {HostStatus} from './read-status.ts';

/** `host status` for a person. */
export const presentStatus = (status: HostStatus): string[] => {
	const {running, pid, version, protocol, uptimeSeconds, agents} = status;
	const rows: Array<readonly [string, string]> = running
		? [
				['daemon', `runs for ${duration(uptimeSeconds ?? 0)} (pid ${pid})`],
				['version', `${version}, protocol ${protocol?.major}.${protocol?.minor}`],
				['agents', counts(agents)],
				...status.problems.map(problem => ['problem', problem] as const),
			]
		: [['daemon', 'does not run; console host serve --detach starts it']];
	return [
		...rows,
		['socket', status.socket] as const,
		['log', status.log] as const,
		['journal', size(status.journalBytes)] as const,
	].map(([name, value]) => `${name.padEnd(9)}${value}`);
};

const counts = (agents: HostStatus['agents']): string => {
	const all = Object.entries(agents);
	return all.length === 0 ? 'none' : all.map(([state, count]) => `${count} ${state}`).join(', ');
};

const duration = (seconds: number): string => {
	const units = [
		['d', 86_400],
		['h', 3600],
		['min', 60],
	] as const;
	const index = units.findIndex(([, length]) => seconds >= length);
	const unit = units[index];
	if (unit === undefined) return `${seconds} s`;
	const [name, length] = unit;
	const whole = `${Math.floor(seconds / length)} ${name}`;
	const next = units[index + 1];
	const rest = next && Math.floor((seconds % length) / next[1]);
	return next && rest ? `${whole} ${rest} ${next[0]}` : whole;
};

const size = (bytes: number): string =>
	bytes < 1024 * 1024
		? `${Math.ceil(bytes / 1024)} KiB`
		: `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

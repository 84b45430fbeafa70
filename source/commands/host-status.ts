import {stateFolder} from '../config/paths.ts';
import type {Command} from './command.ts';

export const hostStatus: Command = {
	name: 'host status',
	group: 'host',
	summary:
		'says whether the daemon of this host runs, and what it keeps; exit code 1 when none does',
	async run(context) {
		const [{readStatus}, {presentStatus}] = await Promise.all([
			import('../host/control/read-status.ts'),
			import('../host/control/present-status.ts'),
		]);
		const status = await readStatus(stateFolder(), context.signal);
		if (context.json) context.printJson(status);
		else for (const line of presentStatus(status)) context.print(line);
		return status.running ? 0 : 1;
	},
};

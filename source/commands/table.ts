import type {Command} from './command.ts';

/** A command's name, and where the rest of it is: a command line loads the one that it names. */
export type TableEntry = Pick<Command, 'name' | 'hidden'> & {load(): Promise<Command>};

/** Every command, in the order of the help. */
export const table: readonly TableEntry[] = [
	{name: 'console', load: async () => (await import('./console.ts')).fleetConsole},
	{name: 'load', load: async () => (await import('./load.ts')).load},
	{name: 'list', load: async () => (await import('./list.ts')).list},
	{name: 'status', load: async () => (await import('./status.ts')).status},
	{name: 'events', load: async () => (await import('./events.ts')).events},
	{name: 'demo', load: async () => (await import('./demo.ts')).demo},
	{name: 'attach', load: async () => (await import('./attach.ts')).attach},
	{name: 'send', load: async () => (await import('./send.ts')).send},
	{name: 'screen', load: async () => (await import('./screen.ts')).screen},
	{name: 'wait', load: async () => (await import('./wait.ts')).wait},
	{name: 'explain', load: async () => (await import('./explain.ts')).explain},
	{name: 'stop', load: async () => (await import('./stop.ts')).stop},
	{name: 'restart', load: async () => (await import('./restart.ts')).restart},
	{name: 'remove', load: async () => (await import('./remove.ts')).remove},
	{name: 'sync', load: async () => (await import('./sync.ts')).sync},
	{name: 'conflicts', load: async () => (await import('./conflicts.ts')).conflicts},
	{name: 'conflicts resolve', load: async () => (await import('./conflicts.ts')).conflictsResolve},
	{name: 'recover', load: async () => (await import('./recover.ts')).recover},
	{name: 'install', load: async () => (await import('./install.ts')).install},
	{name: 'doctor', load: async () => (await import('./doctor.ts')).doctor},
	{name: 'config check', load: async () => (await import('./config.ts')).configCheck},
	{name: 'config path', load: async () => (await import('./config.ts')).configPath},
	{name: 'config show', load: async () => (await import('./config.ts')).configShow},
	{name: 'completion', load: async () => (await import('./completion.ts')).completion},
	{name: 'open', load: async () => (await import('./open.ts')).open},
	{name: 'ide', load: async () => (await import('./ide.ts')).ide},
	{name: 'diff', load: async () => (await import('./diff.ts')).diff},
	{name: 'report', load: async () => (await import('./report.ts')).report},
	{name: 'host serve', load: async () => (await import('./host-serve.ts')).hostServe},
	{name: 'host status', load: async () => (await import('./host-status.ts')).hostStatus},
	{name: 'host stop', load: async () => (await import('./host-stop.ts')).hostStop},
	{name: 'host dial-stdio', load: async () => (await import('./host-dial-stdio.ts')).hostDialStdio},
	{
		name: 'host launch',
		hidden: true,
		load: async () => (await import('./host-launch.ts')).hostLaunch,
	},
	{name: 'demo-agent', hidden: true, load: async () => (await import('./demo-agent.ts')).demoAgent},
	{name: 'complete', hidden: true, load: async () => (await import('./complete.ts')).complete},
];

/** All of them, for whoever shows them together. */
export const loadTable = async (): Promise<Command[]> =>
	Promise.all(table.map(async entry => entry.load()));

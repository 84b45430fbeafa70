import {hostSocket, stateFolder} from '../config/paths.ts';
import {FleetError} from '../errors.ts';
import type {Command} from './command.ts';

export const hostDialStdio: Command = {
	name: 'host dial-stdio',
	group: 'host',
	summary: 'joins stdin and stdout to the daemon’s socket, and starts the daemon when none runs',
	async run({signal}) {
		const [{connectDaemon}, {joinStreams}, {standardStreams}] = await Promise.all([
			import('../host/control/connect-daemon.ts'),
			import('../host/control/join-streams.ts'),
			import('../host/control/standard-streams.ts'),
		]);
		const socket = (await connectDaemon(hostSocket(), signal)) ?? (await startAndConnect(signal));
		const {input, output} = standardStreams();
		await joinStreams(socket, input, output);
		return 0;
	},
};

const startAndConnect = async (signal: AbortSignal) => {
	const [{ensureDaemon}, {ownCommand}, {outliveLogin}, {connectDaemon}] = await Promise.all([
		import('../host/control/ensure-daemon.ts'),
		import('../host/control/own-command.ts'),
		import('../host/outlive-login.ts'),
		import('../host/control/connect-daemon.ts'),
	]);
	const line = await ensureDaemon({
		stateFolder: stateFolder(),
		command: ownCommand(),
		outlive: outliveLogin,
		signal,
	});
	const socket = await connectDaemon(line.socket, signal);
	if (socket) return socket;
	throw new FleetError('daemon-failed', 'the daemon that was started is gone again', {
		hint: 'console host status says where its log is',
	});
};

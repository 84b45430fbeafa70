import {stateFolder} from '../../../source/config/paths.ts';
import {toFleetError} from '../../../source/errors.ts';
import {runDaemon} from '../../../source/host/control/run-daemon.ts';
import {FakeRuntime} from '../fake-runtime.ts';

export const run = async (): Promise<number> => {
	const stopping = new AbortController();
	process.on('SIGTERM', () => stopping.abort());
	try {
		await runDaemon({
			stateFolder: stateFolder(),
			createRuntime: async () => new FakeRuntime(),
			signal: stopping.signal,
			onReady: line => void process.stdout.write(`${JSON.stringify(line)}\n`),
		});
		return 0;
	} catch (error) {
		process.stdout.write(`${JSON.stringify({error: toFleetError(error)})}\n`);
		return 1;
	}
};

import {createHash, randomBytes} from 'node:crypto';
import type {RemoteConfig} from '../config/config.ts';
import {FleetError} from '../errors.ts';
import {plainText} from '../protocol/text.ts';
import {remoteCommand} from '../transport/host/remote-command.ts';
import type {Transport} from '../transport/transport.ts';
import {readBundle} from './bundle.ts';
import {fetchRuntime, runtimePackage} from './fetch-runtime.ts';
import {lastWords, runOnHost, runScript, type ShellEnd} from './host-shell.ts';
import {installScript, type InstallPlan} from './install-script.ts';
import {parseProbe, probeScript, type HostProbe} from './probe.ts';
import {fittingNode, readRuntime, runtimeMisfit} from './runtime.ts';

export type InstallOptions = {
	transport: Pick<Transport, 'exec'>;
	remote: Pick<RemoteConfig, 'name' | 'remotePath' | 'install'>;
	/** The folder that this program was built into. */
	folder: string;
	/** Replaces a version that works. */
	upgrade: boolean;
	signal: AbortSignal;
	/** Progress, a line at a time. */
	note(line: string): void;
};

export type InstallReport = {
	changed: boolean;
	version: string;
	/** The host's command, absolute there. */
	program: string;
	/** The version that was there before. */
	previous: string | null;
	sentBytes: number;
};

/**
 * Sets a host up, by the configured command or by itself; does nothing where it is set up already.
 * Rejects with `failed`, `conflict` (something else has the command's name) or `not-supported`.
 */
export const installHost = async (options: InstallOptions): Promise<InstallReport> => {
	const {remote, upgrade, note} = options;
	const probe = await look(options);
	if (probe.version !== null && !upgrade) return unchanged(probe, probe.version);
	if (remote.install.command !== null) return installByCommand(options, probe);

	refuseForeign(probe, remote);
	const bundle = await readBundle(options.folder, probe);
	if (probe.version !== null && probe.current === `${probe.root}/versions/${bundle.id}`) {
		return unchanged(probe, probe.version);
	}

	refuseUnfit(probe, remote);
	const uploaded = await upload(options, probe, await bundle.archive());
	note(`unpacking on ${remote.name}`);
	const plan: InstallPlan = {
		program: remote.remotePath,
		root: probe.root,
		id: bundle.id,
		archive: uploaded.archive,
		node: uploaded.node,
	};
	const end = await runScript(options.transport, installScript(plan), options);
	const version = /^installed (\S+)$/m.exec(end.stdout)?.[1];
	if (end.code !== 0 || version === undefined) throw failure(remote.name, end);
	await startDaemon(options, probe);
	return {
		changed: true,
		version: plainText(version, 40),
		program: probe.program,
		previous: probe.version,
		sentBytes: uploaded.bytes,
	};
};

const look = async ({transport, remote, signal}: InstallOptions): Promise<HostProbe> =>
	parseProbe((await runScript(transport, probeScript(remote.remotePath), {signal})).stdout);

const unchanged = ({program}: HostProbe, version: string): InstallReport => ({
	changed: false,
	version,
	program,
	previous: version,
	sentBytes: 0,
});

const installByCommand = async (
	options: InstallOptions,
	before: HostProbe,
): Promise<InstallReport> => {
	const {transport, remote, signal, note} = options;
	note(`running on ${remote.name}: ${remote.install.command}`);
	const end = await runScript(transport, `${remote.install.command}\n`, {
		signal,
		onOutput: text => {
			for (const line of text.trimEnd().split('\n')) note(`  ${line}`);
		},
	});
	if (end.code !== 0) throw failure(remote.name, end);
	const after = await look(options);
	if (after.version === null) {
		throw new FleetError(
			'failed',
			`the install command ran, but there is no ${remote.remotePath} on ${remote.name}`,
			{hint: 'Set remote_path to where it puts the command.'},
		);
	}

	await startDaemon(options, before);
	return {
		changed: after.version !== before.version,
		version: after.version,
		program: after.program,
		previous: before.version,
		sentBytes: 0,
	};
};

/** What stands where the command belongs and was not put there by this set-up is somebody's work. */
const refuseForeign = ({exists, link, root, program}: HostProbe, {name}: {name: string}): void => {
	if (!exists || link?.startsWith(`${root}/`)) return;
	throw new FleetError('conflict', `${program} on ${name} was put there by something else`, {
		hint: `Remove it there, or give [remote.${name}] another remote_path.`,
	});
};

const refuseUnfit = (probe: HostProbe, {name}: {name: string}): void => {
	for (const tool of ['tar', 'gzip']) {
		if (!probe.tools.has(tool)) throw new FleetError('failed', `there is no ${tool} on ${name}`);
	}

	if (fittingNode(probe) === undefined) {
		const misfit = runtimeMisfit(probe);
		if (misfit !== undefined && runtimePackage(probe) === undefined) {
			throw new FleetError('not-supported', `${name} has no Node 22.13 or newer, and ${misfit}`, {
				hint: 'Install Node there first, and run this again.',
			});
		}
	}

	const neededBytes = (fittingNode(probe) === undefined ? 400 : 60) * 1024 * 1024;
	if (probe.freeBytes !== null && probe.freeBytes < neededBytes) {
		throw new FleetError('disk-full', `${name} has less than ${neededBytes >> 20} MB free`);
	}
};

type Uploaded = Pick<InstallPlan, 'archive' | 'node'> & {bytes: number};

const upload = async (
	options: InstallOptions,
	probe: HostProbe,
	archive: Buffer,
): Promise<Uploaded> => {
	const mark = randomBytes(6).toString('hex');
	const file = `${probe.root}/upload-${mark}.tar.gz`;
	await send(options, file, archive, 'the program');
	const sent = {file, sha256: createHash('sha256').update(archive).digest('hex')};
	const found = fittingNode(probe);
	if (found !== undefined) {
		return {archive: sent, node: {kind: 'found', path: found}, bytes: archive.length};
	}

	const {compressed, sha256} = await runtimeFor(options, probe);
	const runtime = `${probe.root}/upload-${mark}.node.gz`;
	await send(options, runtime, compressed, 'Node');
	return {
		archive: sent,
		node: {kind: 'uploaded', file: runtime, sha256},
		bytes: archive.length + compressed.length,
	};
};

/** This laptop's own runtime where it runs there, else one that npm has. */
const runtimeFor = async (
	{note, signal, remote}: InstallOptions,
	probe: HostProbe,
): ReturnType<typeof readRuntime> => {
	const wanted = runtimePackage(probe);
	if (runtimeMisfit(probe) === undefined || wanted === undefined) return readRuntime();
	note(`fetching ${wanted.name} ${wanted.version} for ${remote.name}`);
	return fetchRuntime(wanted, signal);
};

const send = async (
	{transport, remote, signal, note}: InstallOptions,
	file: string,
	data: Buffer,
	what: string,
): Promise<void> => {
	const megabytes = (data.length / 1024 / 1024).toFixed(1);
	note(`sending ${what} to ${remote.name} (${megabytes} MB)`);
	let told = 0;
	const receive = 'umask 077; mkdir -p "$(dirname "$1")" && cat >"$1"';
	const end = await runOnHost(transport, remoteCommand('sh', '-c', receive, 'sh', file), {
		input: data,
		signal,
		onSent(bytes) {
			const quarter = Math.floor((bytes / data.length) * 4);
			if (quarter > told && quarter < 4 && data.length > 8 * 1024 * 1024) {
				note(`  ${quarter * 25} %`);
				told = quarter;
			}
		},
	});
	if (end.code !== 0) throw failure(remote.name, end);
};

/** The next version takes the agents over; where no daemon ran, none is needed before the first console. */
const startDaemon = async (
	{transport, remote, signal, note}: InstallOptions,
	before: HostProbe,
): Promise<void> => {
	if (before.version === null) return;
	note(`restarting the daemon on ${remote.name}; its agents run on`);
	const run = (...argv: string[]) =>
		runOnHost(transport, remoteCommand(remote.remotePath, ...argv), {input: '', signal});
	// The command may be another version than this one: what it does not know it refuses with 2.
	const restarted = await run('host', 'stop', '--restart');
	if (restarted.code === 2) await run('host', 'stop');
	const end = await run('host', 'serve', '--detach', '--json');
	if (end.code !== 0) throw failure(remote.name, end);
};

const failure = (name: string, end: ShellEnd): FleetError =>
	new FleetError(
		'failed',
		`the set-up on ${name} failed: ${lastWords(end) || `exit ${end.code}`}`,
		{
			hint: 'What was there before is still in place; it is safe to run again.',
		},
	);

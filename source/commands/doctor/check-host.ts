import {tooOld} from '../../agents/age.ts';
import {agentKinds} from '../../agents/registry.ts';
import {hostInfoSchema, type HostInfo} from '../../protocol/host-info.ts';
import {version} from '../../protocol/version.ts';
import type {Transport} from '../../transport/transport.ts';
import {believe} from '../agent-calls.ts';
import type {CommandContext} from '../command.ts';
import {fail, look, ok, warn, type Check} from './check.ts';
import {checkDaemon} from './check-daemon.ts';
import {diskCheck} from './check-laptop.ts';
import {checkLogin} from './check-login.ts';

const mostClockMs = 2000;
const fewWatches = 65_536;

/** The host's own side, over the link that all commands use. */
export const checkHost = async (context: CommandContext): Promise<Check[]> => {
	const reached: Check[] = [];
	const checks = await look('daemon', async () => {
		const client = await context.client();
		const sentAt = Date.now();
		const info = believe(
			hostInfoSchema,
			await client.json('GET', '/v1/host', {signal: context.signal}),
		);
		const receivedAt = Date.now();
		const pingedAt = performance.now();
		await client.request('GET', '/v1/ping', {signal: context.signal});
		const roundTripMs = performance.now() - pingedAt;
		const transport = await context.transport();
		reached.push(
			ok(
				'link',
				`${transport.description}, ${Math.max(1, Math.round(roundTripMs))} ms there and back`,
			),
		);
		reached.push(...(await checkLogin(transport, context.signal)));
		return [
			daemonCheck(info),
			ok('node', info.node),
			...toolChecks(info),
			diskCheck('host disk', info.stats.disk.freeBytes, info.hostname),
			clockCheck(info, sentAt, receivedAt),
			...info.stats.problems.map(problem =>
				fail('host state', problem, 'Mend that on the host; its agents run on meanwhile.'),
			),
			...(await checkDaemon(client, context.signal)),
			...(await systemChecks(transport, context.signal)),
		];
	});
	return [...reached, ...checks];
};

const daemonCheck = (info: HostInfo): Check => {
	const {protocol, hostname, platform, arch} = info;
	const found = `${info.version} on ${hostname} (${platform} ${arch}), protocol ${protocol.major}.${protocol.minor}`;
	return info.version === version
		? ok('daemon', found)
		: warn('daemon', `${found}; this console is ${version}`, 'console install --upgrade');
};

const toolMends: Record<string, {isNeeded: boolean; mend: string}> = {
	tmux: {isNeeded: true, mend: 'Install tmux 3.2 or newer on the host: it keeps the agents.'},
	git: {isNeeded: false, mend: 'Install git on the host: diffs need it.'},
	rsync: {isNeeded: false, mend: 'Install rsync on the host: large files are synced with it.'},
};

function toolChecks({tools}: HostInfo): Check[] {
	const checks = Object.entries(toolMends).map(([tool, {isNeeded, mend}]) => {
		const found = tools[tool];
		if (found !== null && found !== undefined) return ok(tool, found === '' ? 'installed' : found);
		return isNeeded ? fail(tool, 'not installed', mend) : warn(tool, 'not installed', mend);
	});
	const programs = agentKinds.flatMap(({program}) => (program === null ? [] : [program]));
	const there = programs.filter(program => typeof tools[program] === 'string');
	return [
		...checks,
		there.length > 0
			? ok('agent programs', there.join(', '))
			: warn(
					'agent programs',
					'none is installed on the host',
					`Install one there: ${installs()}.`,
				),
		...agentKinds.flatMap(kind => {
			const old = tooOld(kind, tools[kind.program ?? '']);
			return old ? [warn(kind.name, old.problem, old.mend)] : [];
		}),
	];
}

const installs = (): string =>
	agentKinds.flatMap(({install}) => (install === null ? [] : [install])).join(', or ');

/** The host's time lies between sending and receiving, if the clocks agree; its figures are a second old at most. */
function clockCheck({stats}: HostInfo, sentAt: number, receivedAt: number): Check {
	const hostAt = Date.parse(stats.at);
	const ahead = hostAt - receivedAt;
	const behind = sentAt - 1000 - hostAt;
	const difference = Math.max(ahead, behind, 0);
	const seconds = (difference / 1000).toFixed(1);
	return difference <= mostClockMs
		? ok('clock', 'both sides agree')
		: warn(
				'clock',
				`the host is ${seconds} s ${ahead > 0 ? 'ahead' : 'behind'}`,
				'Set both clocks by NTP; ages are corrected, times in logs are not.',
			);
}

/** What only the host's system knows; a transport that runs no programs leaves it out. */
async function systemChecks(transport: Transport, signal: AbortSignal): Promise<Check[]> {
	if (!transport.exec) return [];
	const script = 'cat /proc/sys/fs/inotify/max_user_watches 2>/dev/null || echo none';
	try {
		const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
		const {stream, stderr, exited} = await transport.exec(script, limit);
		stderr.resume();
		stream.end();
		let text = '';
		for await (const chunk of stream as AsyncIterable<Buffer>) {
			text += chunk.toString('utf8');
			if (text.length > 65_536) break;
		}

		await exited;
		// A login shell may print more before; this line is the last.
		const watches = text.trim().split('\n').at(-1) ?? '';
		return /^\d+$/.test(watches) ? [watchCheck(Number(watches))] : [];
	} catch (error) {
		if (signal.aborted) throw error;
		// A host may allow streams and no commands; nothing else depends on this.
		return [];
	}
}

const watchCheck = (watches: number): Check =>
	watches < fewWatches
		? warn(
				'watches',
				`the host watches at most ${watches} folders`,
				'echo fs.inotify.max_user_watches=524288 | sudo tee /etc/sysctl.d/60-watches.conf; sudo sysctl --system',
			)
		: ok('watches', `the host watches up to ${watches} folders`);

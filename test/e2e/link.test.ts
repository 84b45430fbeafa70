import {readFile} from 'node:fs/promises';
import {expect, test} from 'vitest';
import {startLaptop} from '../harness/laptop.ts';
import {until} from '../harness/until.ts';

const isDead = async (pid: number): Promise<boolean> =>
	readFile(`/proc/${pid}/stat`, 'utf8').then(
		stat => stat.includes(') Z '),
		() => true,
	);

test('a link that drops is said, and mends by itself with nothing missed', async () => {
	const laptop = await startLaptop();
	await laptop.json('load', 'shell', '--name', 'before', '--', 'sleep', '10000');
	const screen = await laptop.open();
	await screen.shows('before');
	await screen.shows('live');

	await laptop.sshd.stop();
	await screen.shows(/reconnecting/);
	await screen.shows(/old/);
	await laptop.onHost('load', 'shell', '--name', 'meanwhile', '--', 'sleep', '10000');
	await laptop.sshd.start();
	await screen.shows('live', 40_000);
	await screen.shows('meanwhile');
}, 90_000);

test('a black hole is noticed, also where no packet says so', async () => {
	const laptop = await startLaptop();
	await laptop.json('load', 'shell', '--name', 'before', '--', 'sleep', '10000');
	const screen = await laptop.open();
	await screen.shows('live');
	await laptop.sshd.freeze();
	await screen.shows(/reconnecting|offline/, 20_000);
	await laptop.sshd.thaw();
	await screen.shows('live', 40_000);
}, 120_000);

test('a killed daemon leaves the agents, and the next one has them with their ids', async () => {
	const laptop = await startLaptop();
	const {agent} = (await laptop.json('load', 'shell', '--name', 'survivor', '--', 'sh')) as {
		agent: {id: string; pid: number};
	};
	const screen = await laptop.open();
	await screen.shows('survivor');
	const pid = await laptop.daemonPid();
	process.kill(pid, 'SIGKILL');
	await until(() => isDead(pid), 'saw the daemon end');
	await screen.shows('live', 40_000);
	await until(async () => (await laptop.daemonPid()) !== pid, 'saw another daemon');
	const {agents} = (await laptop.json('list')) as {
		agents: Array<{id: string; name: string; state: string; pid: number}>;
	};
	expect(agents).toHaveLength(1);
	expect(agents[0]!.id).toBe(agent.id);
	expect(agents[0]!.state).not.toBe('exited');
	await laptop.console('send', 'survivor', 'echo still-$((6 * 7))');
	await screen.shows('still-42');
}, 90_000);

test('an attached terminal says that the link is lost, reconnects and redraws', async () => {
	const laptop = await startLaptop();
	await laptop.json('load', 'shell', '--name', 'inner', '--', 'sh');
	const screen = await laptop.open(['attach', 'inner']);
	await screen.type('echo one-$((1 + 1))');
	await screen.press('Enter');
	await screen.shows('one-2');
	await laptop.sshd.stop();
	await screen.shows(/link lost|reconnecting/i, 20_000);
	await laptop.sshd.start();
	await screen.showsNo(/link lost|reconnecting/i, 40_000);
	await screen.shows('one-2');
	await screen.type('echo two-$((2 + 2))');
	await screen.press('Enter');
	await screen.shows('two-4');
	await screen.press('C-\\');
	expect(await screen.ended()).toBe(0);
}, 120_000);

test('a daemon that a person stops stays so, and who is attached is told', async () => {
	const laptop = await startLaptop();
	await laptop.json('load', 'shell', '--name', 'inner', '--', 'sh');
	const screen = await laptop.open(['attach', 'inner']);
	await screen.shows(/[#$]/);
	const console = await laptop.open();
	await console.shows('inner');
	await laptop.onHost('host', 'stop');
	await screen.shows('the daemon on the host was stopped');
	expect(await screen.ended()).toBe(5);
	await console.shows('the daemon on the host was stopped');
	// Longer than either waits before it asks where the daemon is.
	for (const deadline = performance.now() + 2000; performance.now() < deadline;) {
		expect((await laptop.onHost('host', 'status', '--json')).stdout).toContain('"running":false');
	}
}, 60_000);

test('a laptop that was stopped comes back to the truth', async () => {
	const laptop = await startLaptop();
	await laptop.json('load', 'shell', '--name', 'before', '--', 'sleep', '10000');
	const screen = await laptop.open();
	await screen.shows('live');
	const pid = await screen.pid();
	process.kill(pid, 'SIGSTOP');
	await laptop.onHost('load', 'shell', '--name', 'asleep', '--', 'sleep', '10000');
	// Long enough that the daemon's heartbeats and the link's deadlines have all passed.
	await new Promise(resolve => setTimeout(resolve, 20_000));
	process.kill(pid, 'SIGCONT');
	await screen.shows('asleep', 20_000);
	await screen.shows('live', 20_000);
}, 90_000);

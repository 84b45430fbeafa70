import {describe, expect, test} from 'vitest';
import {startLaptop} from '../harness/laptop.ts';

describe('the console over SSH', () => {
	test('shows the fleet, steps into an agent and out again, and leaves the agents running', async () => {
		const laptop = await startLaptop();
		await laptop.json('load', 'shell', '--name', 'docs', '--', 'sh');
		await laptop.json('load', 'shell', '--name', 'builder', '--', 'sh', '-c', 'sleep 10000');

		const screen = await laptop.open();
		await screen.shows('dev-server');
		await screen.shows(/live/);
		await screen.shows('docs');
		await screen.shows('builder');

		await screen.press('/');
		await screen.type('docs');
		await screen.press('Enter');
		await screen.showsNo('builder');
		await screen.press('Enter');
		await screen.showsNo('fleet-console');
		await screen.type('echo $((6 * 7)) müßig 漢字');
		await screen.press('Enter');
		await screen.shows('42 müßig 漢字');
		await screen.press('C-\\');
		await screen.shows('fleet-console');
		await screen.shows('docs');
		await screen.press('Escape');
		await screen.shows('builder');

		await screen.press('q');
		expect(await screen.ended()).toBe(0);
		const {agents} = (await laptop.json('list')) as {agents: Array<{name: string; state: string}>};
		expect(agents.map(agent => agent.name).sort()).toEqual(['builder', 'docs']);
		expect(agents.every(agent => agent.state !== 'exited')).toBe(true);
	});

	test('starts, prompts, stops and removes an agent by keys', async () => {
		const laptop = await startLaptop();
		const screen = await laptop.open();
		await screen.shows(/no agents|load/i);

		await screen.press('n');
		await screen.shows('New agent');
		await screen.type('shell');
		await screen.shows('‹ shell ›');
		await screen.press('Enter');
		await screen.shows(/^.*shell.*(idle|working|starting|unknown)/m);

		await screen.press('p');
		await screen.type('echo typed-$((40 + 2))');
		await screen.press('Enter');
		await screen.shows('typed-42');

		await screen.press('x');
		await screen.shows(/stop/i);
		await screen.press('y');
		await screen.shows('exited');
		await screen.press('D');
		await screen.shows(/remove/i);
		await screen.press('y');
		await screen.showsNo('exited');
	});

	test('is read without a terminal', async () => {
		const laptop = await startLaptop();
		await laptop.json('load', 'shell', '--name', 'docs', '--', 'sleep', '1000');
		const {code, stdout} = await laptop.console();
		expect(stdout).toContain('docs');
		expect(stdout).not.toContain('\u001B');
		expect(code).toBe(0);
	});

	test.each([40, 80, 120, 200])('fits %i columns', async cols => {
		const laptop = await startLaptop();
		await laptop.json(
			'load',
			'shell',
			'--name',
			'a-name-that-is-much-too-long-for-a-side-pane',
			'--',
			'sh',
		);
		const screen = await laptop.open(cols === 40 ? ['--compact'] : [], {cols, rows: 24});
		const text = await screen.shows('a-name');
		expect(Math.max(...text.split('\n').map(line => [...line].length))).toBeLessThanOrEqual(cols);
		await screen.resize(60, 12);
		await screen.shows('a-name');
	});
});

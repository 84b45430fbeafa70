import {afterEach, describe, expect, test} from 'vitest';
import {fakeHost, live} from '../../fixtures/fleet/fake-host.ts';
import {FleetError} from '../../source/errors.ts';
import {agent} from '../harness/agents.ts';
import {closeScreens, key, openScreen, type Screen} from '../harness/screen.tsx';

afterEach(closeScreens);

const openFleet = async (columns = 120, host = fakeHost()): Promise<Screen> => {
	const screen = openScreen({columns, rows: 30, host});
	host.link(live());
	host.history(
		'a',
		Array.from({length: 200}, (_, line) => `past ${line}.`),
	);
	host.screen(
		'a',
		Array.from({length: 24}, (_, line) => `now ${line}.`),
	);
	host.screen('b', ['screen of b']);
	host.snapshot(['a', 'b'].map(id => agent({id, createdAt: `2026-11-20T0${id}`})));
	await screen.until('▸ a');
	return screen;
};

describe('scrolling the preview', () => {
	test('goes back by half of what is in sight, and forward to what is now', async () => {
		const screen = await openFleet();
		await screen.until('now 23.');
		screen.type('K');
		await screen.until('past 199.');
		screen.type('KK');
		await screen.until('↑ 39 lines');
		expect(screen.text()).not.toContain('now 23.');
		screen.type('J');
		await screen.until('↑ 26 lines');
		screen.type(key.escape);
		await screen.until('now 23.');
		expect(screen.host.calls.filter(call => call === 'history a')).toHaveLength(1);
	});

	test('ends at the first line that the host remembers', async () => {
		const screen = await openFleet();
		screen.type('K');
		await screen.until('↑ 13 lines');
		screen.type('K'.repeat(40));
		await screen.until('past 0.');
	});

	test('is over when another agent is selected', async () => {
		const screen = await openFleet();
		screen.type('K');
		await screen.until('↑ 13 lines');
		screen.type('j');
		await screen.until('screen of b');
		screen.type('k');
		await screen.until('now 23.');
		expect(screen.text()).not.toContain('↑');
	});

	test('says why the host has no more', async () => {
		const screen = await openFleet();
		screen.host.refuse('history', new FleetError('failed', 'tmux does not answer'));
		screen.type('K');
		await screen.until('scroll: tmux does not answer');
	});
});

describe('the place of the preview', () => {
	test('is beside, below, away, and beside again', async () => {
		const screen = await openFleet();
		await screen.until(/AGENT.*│ a/);
		screen.type('w');
		await screen.until(/── a ·/);
		screen.type('w');
		await screen.until(text => !text.includes('now 23.'));
		await expect.poll(() => screen.host.watched()).toEqual([]);
		screen.type('w');
		await screen.until(/AGENT.*│ a/);
	});

	test('is below or away where it is narrow, and where the person put it when there is room again', async () => {
		const screen = await openFleet(80);
		await screen.until(/── a ·/);
		screen.type('w');
		await screen.until(text => !text.includes('now 23.'));
		screen.resize(120, 30);
		await screen.until(/^ {3}AGENT {20}/m);
		expect(screen.text()).not.toContain('now 23.');
		screen.type('w');
		await screen.until(/AGENT.*│ a/);
		screen.resize(100, 30);
		await screen.until(/── a ·/);
		screen.resize(120, 30);
		await screen.until(/AGENT.*│ a/);
	});

	test('is as configured at first', async () => {
		const host = fakeHost();
		host.services.preview = 'below';
		const screen = await openFleet(120, host);
		await screen.until(/── a ·/);
	});
});

import {afterEach, describe, expect, test} from 'vitest';
import {live} from '../../fixtures/fleet/fake-host.ts';
import {readMouse} from '../../source/ui/terminal/mouse.ts';
import {agent} from '../harness/agents.ts';
import {closeScreens, openScreen, type Screen} from '../harness/screen.tsx';

afterEach(closeScreens);

const openFleet = async (columns = 120, rows = 30): Promise<Screen> => {
	const screen = openScreen({columns, rows});
	screen.host.link(live());
	screen.host.snapshot(['a', 'b', 'c'].map(id => agent({id, createdAt: `2026-11-20T0${id}`})));
	for (const id of ['a', 'b', 'c']) screen.host.screen(id, [`screen of ${id}`]);
	await screen.until('▸ a');
	await expect.poll(() => screen.output()).toContain('\u001B[?1000h');
	return screen;
};

/** A button's press and release in a cell, counted from 1 as terminals do. */
const press = (button: number, x: number, y: number) => `\u001B[<${button};${x};${y}M`;
const click = (x: number, y: number) => `${press(0, x, y)}\u001B[<0;${x};${y}m`;

describe('a mouse report', () => {
	test('is read among keys, and waits for its other half', () => {
		expect(readMouse(`j${click(5, 7)}k`)).toEqual({
			reports: [{kind: 'press', x: 4, y: 6}],
			rest: '',
		});
		const {reports, rest} = readMouse('\u001B[<64;10');
		expect(reports).toEqual([]);
		expect(readMouse(`${rest};3M`).reports).toEqual([{kind: 'wheel-up', x: 9, y: 2}]);
	});

	test('of other buttons and of releases is none', () => {
		expect(readMouse(press(2, 1, 1) + press(32, 1, 1) + '\u001B[<0;1;1m').reports).toEqual([]);
	});
});

describe('the mouse', () => {
	test('selects with a click, and attaches with a second one', async () => {
		const screen = await openFleet();
		screen.type(click(10, 5));
		await screen.until('▸ c');
		expect(screen.host.calls).not.toContain('attach c');
		screen.type(click(10, 5) + click(10, 5));
		await expect.poll(() => screen.host.calls).toContain('attach c');
	});

	test('does nothing where nothing is', async () => {
		const screen = await openFleet();
		screen.type(click(10, 20) + click(10, 1) + click(10, 30) + click(10, 4));
		await screen.until('▸ b');
	});

	test('moves with the wheel, and scrolls what is open', async () => {
		const screen = await openFleet();
		screen.type(press(65, 10, 5));
		await screen.until('▸ b');
		screen.type(press(64, 10, 5));
		await screen.until('▸ a');
		screen.type('?');
		await screen.until('The selected agent');
		screen.resize(80, 20);
		await screen.until('The selected agent');
		screen.type(press(65, 10, 5).repeat(5));
		await screen.until(text => !text.includes('The selected agent'));
	});

	test('scrolls the preview back, which stands still until its end', async () => {
		const screen = await openFleet();
		screen.host.history(
			'a',
			Array.from({length: 100}, (_, line) => `line ${line}`),
		);
		screen.host.screen(
			'a',
			Array.from({length: 24}, (_, line) => `now ${line}`),
		);
		await screen.until('now 23');
		screen.type(press(64, 100, 10));
		await screen.until(/▸ a .*\n(.*\n)*.*now 20/);
		await screen.until('↑ 3 lines');
		screen.host.screen('a', ['later']);
		screen.type(press(64, 100, 10).repeat(2));
		await screen.until('↑ 9 lines');
		expect(screen.text()).not.toContain('later');
		screen.type(press(65, 100, 10).repeat(3));
		await screen.until('later');
		expect(screen.text()).not.toContain('↑');
	});

	test('is the terminal’s own again where the person leaves, and where it is not wanted', async () => {
		const screen = await openFleet();
		screen.type('q');
		await screen.ended;
		expect(screen.output().lastIndexOf('\u001B[?1000l')).toBeGreaterThan(
			screen.output().lastIndexOf('\u001B[?1000h'),
		);
	});
});

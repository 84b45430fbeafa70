import {setTimeout as delay} from 'node:timers/promises';
import {afterEach, describe, expect, test} from 'vitest';
import {fakeHost, live} from '../../fixtures/fleet/fake-host.ts';
import type {NotifySettings} from '../../source/ui/services.ts';
import type {Agent} from '../../source/protocol/agent.ts';
import {agent} from '../harness/agents.ts';
import {closeScreens, key, openScreen, type Screen} from '../harness/screen.tsx';

afterEach(closeScreens);

const detach = '\u001C';
const isAt = (id: string, state: Agent['state'], revision: number, over: Partial<Agent> = {}) =>
	agent({
		id,
		state,
		revision,
		since: new Date(Date.now() + revision * 1000).toISOString(),
		...over,
	});

const open = async (settings: Partial<NotifySettings> = {}): Promise<Screen> => {
	const host = fakeHost();
	host.services.notify = {
		ways: ['bell', 'osc9'],
		quietHours: null,
		silentRoles: new Set(),
		...settings,
	};
	const screen = openScreen({host});
	host.link(live());
	// `front` is selected: it is blocked, and so on top.
	host.snapshot([
		isAt('front', 'blocked', 1),
		...['one', 'two', 'three'].map(id => isAt(id, 'working', 1)),
	]);
	await screen.until('three');
	await screen.until('front');
	return screen;
};

const notices = (screen: Screen): string[] =>
	[...screen.output().matchAll(/\u001B\]9;([^\u0007]*)\u0007/g)].map(match => match[1]!);

const bells = (screen: Screen): number =>
	screen
		.output()
		.replaceAll(/\u001B\][^\u0007]*\u0007/g, '')
		.split('\u0007').length - 1;

const untilTold = async (screen: Screen, count: number) =>
	expect.poll(() => notices(screen).length, {timeout: 5000}).toBe(count);

/** Something that must call does, after all that must not: what had been to come, has come. */
const proveWith = async (screen: Screen, id: string, revision: number): Promise<string[]> => {
	const before = notices(screen).length;
	screen.host.update(isAt(id, 'done', revision));
	await expect.poll(() => notices(screen).length, {timeout: 5000}).toBeGreaterThan(before);
	await delay(0);
	return notices(screen).slice(before);
};

describe('a call', () => {
	test('comes once for an agent that becomes blocked, with a bell', async () => {
		const screen = await open();
		expect(notices(screen)).toEqual([]);
		screen.host.update(isAt('one', 'blocked', 2));
		await untilTold(screen, 1);
		expect(notices(screen)).toEqual(['one needs you']);
		expect(bells(screen)).toBe(1);
		screen.host.update(isAt('one', 'blocked', 3, {since: new Date(0).toISOString()}));
		expect(await proveWith(screen, 'two', 2)).toEqual(['two is done']);
		expect(bells(screen)).toBe(2);
	});

	test('is one for a storm, with the count', async () => {
		const screen = await open();
		screen.host.snapshot([
			isAt('front', 'blocked', 1),
			...Array.from({length: 200}, (_, index) => isAt(`s${index}`, 'blocked', 5)),
		]);
		await untilTold(screen, 1);
		expect(notices(screen)[0]).toMatch(/^200 need you: /);
		expect(bells(screen)).toBe(1);
	});

	test('does not come again after a reconnect', async () => {
		const screen = await open();
		const blocked = isAt('one', 'blocked', 2);
		screen.host.update(blocked);
		await untilTold(screen, 1);
		screen.host.link({
			phase: 'reconnecting',
			since: Date.now(),
			attempt: 1,
			retryAt: Date.now() + 1000,
			error: {code: 'connection-lost', message: 'lost'},
		});
		screen.host.link(live());
		screen.host.snapshot([blocked, isAt('two', 'working', 1), isAt('front', 'blocked', 1)]);
		expect(await proveWith(screen, 'two', 2)).toEqual(['two is done']);
	});

	test('does not come for what the person looks at', async () => {
		const screen = await open();
		screen.host.update(isAt('front', 'working', 2));
		screen.host.update(isAt('front', 'done', 3));
		expect(await proveWith(screen, 'two', 2)).toEqual(['two is done']);
	});

	test('comes for the selected agent while the terminal says that it has no focus', async () => {
		const screen = await open();
		await expect.poll(() => screen.output()).toContain('\u001B[?1004h');
		screen.type('\u001B[O');
		screen.host.update(isAt('front', 'working', 2));
		await screen.until(/front +\S+ working/);
		screen.host.update(isAt('front', 'done', 3));
		await untilTold(screen, 1);
		expect(notices(screen)).toEqual(['front is done']);
	});

	test('does not come for a silenced role, nor in quiet hours', async () => {
		const screen = await open({silentRoles: new Set(['night'])});
		screen.host.update(isAt('one', 'blocked', 2, {role: 'night'}));
		expect(await proveWith(screen, 'two', 2)).toEqual(['two is done']);

		const hours = new Date().getHours();
		const from = `${String(hours).padStart(2, '0')}:00`;
		const to = `${String((hours + 2) % 24).padStart(2, '0')}:00`;
		const quiet = await open({quietHours: {from, to}});
		quiet.host.update(isAt('one', 'blocked', 2));
		await quiet.until(/one +\S+ blocked/);
		await delay(300);
		expect(notices(quiet)).toEqual([]);
	});

	test('comes while attached for others, between the sequences of the agent, and not for the attached one', async () => {
		const screen = await open();
		screen.type(key.enter);
		await expect.poll(() => screen.host.sessions.length).toBe(1);
		const [session] = screen.host.sessions;
		session!.write('in the agent\u001B]0;half');
		await screen.until('in the agent');
		screen.host.update(isAt('front', 'done', 2));
		screen.host.update(isAt('one', 'blocked', 2));
		await delay(300);
		expect(notices(screen)).toEqual([]);
		session!.write(' a title\u0007');
		await untilTold(screen, 1);
		expect(notices(screen)).toEqual(['one needs you']);
		expect(screen.output()).toContain('half a title\u0007\u001B]9;one needs you');
		screen.type(detach);
		await screen.until('three');
		expect(notices(screen)).toHaveLength(1);
	});

	test('leaves the terminal without focus reports', async () => {
		const screen = await open();
		await screen.close();
		const {output} = screen;
		expect(output().lastIndexOf('\u001B[?1004l')).toBeGreaterThan(
			output().lastIndexOf('\u001B[?1004h'),
		);
	});
});

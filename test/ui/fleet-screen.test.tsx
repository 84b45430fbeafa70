import {afterEach, describe, expect, test, vi} from 'vitest';
import {fakeHost, live} from '../../fixtures/fleet/fake-host.ts';
import {sampleAgents, sampleScreen} from '../../fixtures/fleet/sample.ts';
import {widthOf} from '../../source/ui/present/cells.ts';
import {agent} from '../harness/agents.ts';
import {closeScreens, key, openScreen} from '../harness/screen.tsx';

afterEach(closeScreens);

const openSample = (columns = 120, rows = 30, isCompact = false) => {
	const screen = openScreen({columns, rows, isCompact});
	screen.host.link(live());
	screen.host.snapshot(sampleAgents(Date.now()));
	screen.host.screen('the-architect', sampleScreen);
	return screen;
};

describe('the fleet screen', () => {
	test('draws before anything was heard of the host', async () => {
		const screen = openScreen();
		await screen.until('Connecting to dev-server');
		expect(screen.line(0)).toContain('◌ connecting');
	});

	test('shows who needs a person first, the longest waiting above', async () => {
		const screen = openSample();
		await screen.until('approve Bash');
		const text = screen.text();
		const places = ['the-architect', 'fix-login', 'docs', 'indexer', 'sweep', 'probe'].map(name =>
			text.split('\n').findIndex(line => line.slice(0, 40).includes(name)),
		);
		expect([...places].sort((a, b) => a - b)).toEqual(places);
		expect(places[0]).toBe(2);
	});

	test('says the link, the counts and what each agent is about', async () => {
		const screen = openSample();
		await screen.until('live 23 ms');
		await screen.until('2 need you · 1 done · 3 working');
		const text = screen.text();
		expect(text).toMatch(/fix-login +◆ blocked +1\ds +Which colour\? Red/);
		expect(text).toMatch(/probe +✗ exited 1 +5m +npm: not found/);
	});

	test.each([
		[40, 12],
		[60, 20],
		[80, 24],
		[100, 40],
		[120, 30],
		[200, 50],
		[300, 100],
		[40, 6],
		[80, 6],
	])('fits %i columns and %i rows, and nothing runs over', async (columns, rows) => {
		const screen = openSample(columns, rows);
		await screen.until('the-architect');
		for (let y = 0; y < rows; y++) expect(widthOf(screen.line(y))).toBeLessThanOrEqual(columns);
		expect(screen.line(0)).toContain('dev-server');
		expect(screen.emulator.buffer.active.baseY).toBe(0);
	});

	test('shows the selected agent live beside the table, and follows the selection', async () => {
		const screen = openSample();
		await screen.until('Do you want to proceed?');
		screen.host.screen('fix-login', ['I am the other one']);
		screen.type('j');
		await screen.until('I am the other one');
		expect(screen.text()).not.toContain('Do you want to proceed?');
		await expect.poll(() => screen.host.watched()).toEqual(['fix-login']);
		screen.host.screen('fix-login', ['and I have moved on']);
		await screen.until('and I have moved on');
	});

	test('has a column for what agents used where one of them used something', async () => {
		const screen = openScreen({columns: 200, rows: 20});
		screen.host.link(live());
		screen.host.snapshot([agent({id: 'a', usage: {cost: null, tokens: 0}}), agent({id: 'b'})]);
		await screen.until('WHAT');
		expect(screen.text()).not.toContain('USED');
		screen.host.snapshot([agent({id: 'a', usage: {cost: 0.41, tokens: 9}}), agent({id: 'b'})]);
		await screen.until('USED');
		expect(screen.text()).toContain('$0.41');
	});

	test('has no preview in a side pane', async () => {
		const screen = openSample(40, 20, true);
		await screen.until('the-architect');
		expect(screen.host.watched()).toEqual([]);
		expect(screen.text()).not.toContain('Do you want to proceed?');
		expect(screen.text()).toMatch(/▸◆ the-architect +3m/);
	});

	test('follows the terminal when it is resized', async () => {
		const screen = openSample(120, 30);
		await screen.until('Do you want to proceed?');
		screen.resize(50, 12);
		await screen.until(text => !text.includes('AGENT'));
		screen.resize(200, 40);
		await screen.until('Do you want to proceed?');
		await screen.until(() => screen.line(39).includes('quit'));
	});

	test.each([
		[40, 16],
		[120, 30],
	])('at %i columns says what the filter hides, and how to leave it', async (columns, rows) => {
		const screen = openSample(columns, rows);
		await screen.until('docs');
		screen.type('/');
		await screen.until('of 12');
		screen.type('fix');
		await screen.until(text => !text.includes('docs'));
		screen.type(key.enter);
		await screen.until(/\/fix 1 of 12/);
		await screen.until('Esc show all');
		screen.type(key.escape);
		await screen.until('docs');
		expect(screen.text()).not.toContain('/fix');
	});

	test('dims what may not be true any more, and says how old it is', async () => {
		const screen = openSample();
		await screen.until('docs');
		const now = Date.now();
		screen.host.link(
			{
				phase: 'reconnecting',
				since: now,
				attempt: 3,
				retryAt: now + 4900,
				error: {code: 'connection-lost', message: 'gone'},
			},
			now - 38_000,
		);
		await screen.until(/dev-server ◌ reconnecting in [45] s \(3\) · data 3[89] s old/);
		expect(screen.isStyled('docs', 'dim')).toBe(true);
		expect(screen.text()).not.toContain('live');
		screen.host.link(live());
		await screen.until('live 23 ms');
		expect(screen.isStyled('docs', 'dim')).toBe(false);
	});

	test('says why it was refused and what to do, in place', async () => {
		const screen = openScreen();
		screen.host.link({
			phase: 'refused',
			since: Date.now(),
			error: {
				code: 'auth-failed',
				message: 'no key was accepted',
				hint: 'add your key to the agent',
			},
		});
		await screen.until('no key was accepted');
		expect(screen.text()).toContain('auth-failed');
		expect(screen.text()).toContain('add your key to the agent');
		screen.type(key.enter);
		await expect.poll(() => screen.host.calls).toContain('retry');
	});

	test('says why under a fleet that is known, as long as it is refused', async () => {
		const screen = openSample();
		await screen.until('docs');
		screen.host.link({
			phase: 'refused',
			since: Date.now(),
			error: {code: 'needs-person', message: 'it was stopped', hint: 'Trying again starts it.'},
		});
		await screen.until(/✗ it was stopped[^]*Trying again starts it\./);
		expect(screen.text()).toContain('docs');
		screen.type('?');
		await screen.until(text => text.includes('Moving') && !text.includes('it was stopped'));
		screen.type(key.escape);
		await screen.until('it was stopped');
		screen.host.link(live());
		await screen.until(text => !text.includes('it was stopped'));
	});

	test('asks a host that refuses it for no screen, and goes on showing the last', async () => {
		const screen = openSample();
		const {host} = screen;
		await screen.until('Do you want to proceed');
		expect(host.watched()).toEqual(['the-architect']);
		const error = {code: 'needs-person', message: 'it was stopped'} as const;
		host.link({phase: 'refused', since: Date.now(), error});
		await expect.poll(() => host.watched()).toEqual([]);
		await screen.until('it was stopped');
		expect(screen.text()).toContain('Do you want to proceed');
		host.link(live());
		await expect.poll(() => host.watched()).toEqual(['the-architect']);
	});

	test('says how to start an agent where there are none', async () => {
		const screen = openScreen();
		screen.host.link(live());
		screen.host.snapshot([]);
		await screen.until('No agents on dev-server yet');
		expect(screen.text()).toContain('console --remote dev-server load');
		screen.host.update(agent({id: 'first'}));
		await screen.until(text => !text.includes('No agents') && text.includes('first'));
	});

	test('names no command line for a fleet that only this console reaches', async () => {
		const screen = openScreen({host: fakeHost({remote: 'demo', transport: 'local'})});
		screen.host.link(live());
		screen.host.snapshot([]);
		await screen.until('No agents on demo yet');
		await screen.until('n  starts one here');
		expect(screen.text()).not.toContain('load');
	});

	test('never passes a control character of the host to the terminal', async () => {
		const screen = openScreen();
		screen.host.link(live());
		const evil = 'x\u001B]0;owned\u0007\u001B[2J\u009B31m\u0008\u202Ename';
		screen.host.snapshot([
			agent({id: 'a', name: evil, title: evil, role: evil, cwd: evil, agent: evil, model: evil}),
			agent({
				id: 'b',
				state: 'blocked',
				attention: {kind: 'question', text: evil, id: null, choices: [{id: 'c', label: evil}]},
			}),
			agent({id: 'c', state: 'exited', exit: {code: null, signal: evil, message: evil}}),
		]);
		screen.host.screen('b', ['\u001B[31mred\u001B[0m\u001B]52;c;aGk=\u0007\u001B[5;5Hmoved']);
		await screen.until('moved');
		await screen.until('xname');
		expect(screen.output()).not.toMatch(/owned|\]52;|\[5;5H|\u009B|\u202E|\u0008/);
	});

	test('keeps the selection on its agent when the order changes around it', async () => {
		const screen = openScreen();
		screen.host.link(live());
		screen.host.snapshot([agent({id: 'a'}), agent({id: 'b'}), agent({id: 'c'})]);
		await screen.until('▸ a');
		screen.type('jj');
		await screen.until('▸ c');
		screen.host.update(agent({id: 'a', state: 'blocked', revision: 2}));
		screen.host.update(agent({id: 'new', state: 'working'}));
		await screen.until('◆ blocked');
		expect(screen.text()).toContain('▸ c');
	});

	test('has no colour where NO_COLOR is set, and still shows what is selected', async () => {
		vi.stubEnv('NO_COLOR', '1');
		const screen = openSample();
		vi.unstubAllEnvs();
		await screen.until('Do you want to proceed?');
		expect(screen.output()).not.toMatch(
			/\u001B\[(?:[0-9;]*;)?(?:3[0-7]|9[0-7]|4[0-7]|38[0-9;]*|48[0-9;]*)m/,
		);
		expect(screen.text()).toContain('▸ the-architect');
		expect(screen.isStyled('▸ the-architect', 'inverse')).toBe(true);
	});

	test('leaves the terminal as it found it', async () => {
		const screen = openSample();
		await screen.until('the-architect');
		expect(screen.emulator.buffer.active.type).toBe('alternate');
		screen.type('q');
		expect(await screen.ended).toBe(0);
		expect(screen.emulator.buffer.active.type).toBe('normal');
		expect(screen.output()).toMatch(/\u001B\[23;2t/);
	});
});

import {afterEach, describe, expect, test} from 'vitest';
import {fakeHost, live} from '../../fixtures/fleet/fake-host.ts';
import {sampleLaunchables} from '../../fixtures/fleet/sample.ts';
import {FleetError} from '../../source/errors.ts';
import type {Agent} from '../../source/protocol/agent.ts';
import {agent} from '../harness/agents.ts';
import {closeScreens, key, openScreen, type Screen} from '../harness/screen.tsx';

afterEach(closeScreens);

const fleet: Agent[] = [
	agent({id: 'b1', state: 'blocked', since: '2026-11-20T11:00:00.000Z'}),
	agent({id: 'b2', state: 'blocked', since: '2026-11-20T11:30:00.000Z'}),
	agent({id: 'd1', state: 'done'}),
	agent({id: 'w1', state: 'working', title: 'Indexing'}),
	agent({id: 'i1', state: 'idle'}),
	agent({id: 'x1', state: 'exited', exit: {code: 1, signal: null, message: 'npm: not found'}}),
];

const openFleet = async (columns = 120, rows = 30, agents = fleet): Promise<Screen> => {
	const screen = openScreen({columns, rows, host: fakeHost({launchables: sampleLaunchables})});
	screen.host.link(live());
	screen.host.snapshot(agents);
	await screen.until(`▸`);
	return screen;
};

const selected = (name: string) => new RegExp(`▸.? ?${name}\\b`);
const asked = async (screen: Screen, call: string) =>
	expect.poll(() => screen.host.calls).toContain(call);

describe('moving', () => {
	test.each([
		['j and k', 'jjk', 'b2'],
		['the arrows', key.down + key.down + key.up, 'b2'],
		['G and g', 'Gg', 'b1'],
		['G', 'G', 'x1'],
		['End', key.end, 'x1'],
		['Home', `G${key.home}`, 'b1'],
		['PageDown', key.pageDown, 'x1'],
		['PageUp', `G${key.pageUp}`, 'b1'],
	])('by %s', async (_, keys, name) => {
		const screen = await openFleet();
		screen.type(keys);
		await screen.until(selected(name));
	});

	test('Tab goes through those who wait, the longest waiting first, and around', async () => {
		const screen = await openFleet();
		screen.type('G');
		await screen.until(selected('x1'));
		for (const name of ['b1', 'b2', 'd1', 'b1']) {
			screen.type(key.tab);
			await screen.until(selected(name));
		}

		screen.type(key.shiftTab);
		await screen.until(selected('d1'));
	});

	test('Tab leaves a filter that hides everyone who waits', async () => {
		const screen = await openFleet();
		screen.type('/w1\r');
		await screen.until(text => !text.includes('b1'));
		screen.type(key.tab);
		await screen.until(selected('b1'));
	});

	test('scrolls a fleet that is longer than the screen, and says where it is', async () => {
		const many = Array.from({length: 50}, (_, i) => agent({id: `n${String(i).padStart(2, '0')}`}));
		const screen = await openFleet(80, 16, many);
		await screen.until(/1–\d+ of 50/);
		screen.type('G');
		await screen.until(selected('n49'));
		await screen.until(/–50 of 50/);
	});

	test('the row under the cursor stays while others come and go for a moment', async () => {
		const screen = await openFleet();
		screen.type('jjj');
		await screen.until(selected('w1'));
		screen.host.update({...fleet[4]!, state: 'blocked', revision: 2});
		await screen.until(/i1 +◆ blocked/);
		const rows = screen.text().split('\n');
		expect(rows.findIndex(line => line.includes('▸ w1'))).toBe(5);
		await screen.until(text => text.split('\n').findIndex(line => line.includes('▸ w1')) === 6);
	});
});

describe('asking the host', () => {
	test('stop asks first; n leaves everything as it is', async () => {
		const screen = await openFleet();
		screen.type('x');
		await screen.until('Stop b1?');
		screen.type('n');
		await screen.until(text => !text.includes('Stop b1?'));
		expect(screen.host.calls.filter(call => call.startsWith('stop'))).toEqual([]);
	});

	test('who was removed while it was asked is said to be gone', async () => {
		const screen = await openFleet();
		screen.type('x');
		await screen.until('Stop b1?');
		screen.host.snapshot(fleet.filter(({id}) => id !== 'b1'));
		await screen.until(text => !/b1 +◆/.test(text));
		screen.type('y');
		await screen.until('stop: b1 is gone');
		expect(screen.host.calls.filter(call => call.startsWith('stop'))).toEqual([]);
	});

	test('stop marks the row until the event comes; the key alone changes nothing', async () => {
		const screen = await openFleet();
		screen.type('x');
		await screen.until('Stop b1?');
		screen.type('y');
		await asked(screen, 'stop b1');
		await screen.until(/b1 +◆ blocked +\S+ +stopping…/);
		screen.host.update({
			...fleet[0]!,
			state: 'exited',
			exit: {code: 0, signal: null, message: null},
			revision: 2,
		});
		await screen.until(/b1 +✗ exited 0/);
		expect(screen.text()).not.toContain('stopping');
	});

	test('a refusal is said with what to do, and the mark goes', async () => {
		const screen = await openFleet();
		screen.host.refuse(
			'stop',
			new FleetError('conflict', 'it does not listen', {hint: 'ask again'}),
		);
		screen.type('xy');
		await screen.until('it does not listen');
		expect(screen.text()).toContain('ask again');
		expect(screen.text()).not.toContain('stopping…');
		screen.type(key.escape);
		await screen.until(text => !text.includes('it does not listen'));
	});

	test('of a refusal too long for the screen, what to do stays in sight', async () => {
		const screen = await openFleet(40, 16);
		const message = 'the host key has changed '.repeat(12);
		screen.host.refuse('stop', new FleetError('conflict', message, {hint: 'ask who runs it'}));
		screen.type('xy');
		await screen.until(/has changed[^]*…[^]*ask who runs it/);
	});

	test('why a key did nothing is said until the next command', async () => {
		const screen = await openFleet();
		screen.type('S');
		await screen.until('conflicts: dev-server has no sync rules');
		screen.type('i');
		await screen.until('Nothing was asked for yet.');
		expect(screen.text()).not.toContain('has no sync rules');
	});

	test('a command line of the host names the remote that it has here', async () => {
		const screen = await openFleet();
		const hint = 'start it again: console restart b1';
		screen.host.refuse('stop', new FleetError('conflict', 'it has ended', {hint}));
		screen.type('xy');
		await screen.until('start it again: console --remote dev-server restart b1');
	});

	test('restart asks while the agent runs, and not when it has ended', async () => {
		const screen = await openFleet();
		screen.type('r');
		await screen.until('Restart b1?');
		screen.type('y');
		await asked(screen, 'restart b1');
		screen.type('Gr');
		await asked(screen, 'restart x1');
	});

	test.each([['D'], [key.delete]])('remove (%j) takes only who has ended', async remove => {
		const screen = await openFleet();
		screen.type(remove);
		await screen.until('b1 still runs: stop it first');
		screen.type(`G${remove}`);
		await screen.until('Remove x1?');
		screen.type('y');
		await asked(screen, 'remove x1');
		screen.host.event({id: undefined, event: 'agent.removed', data: {id: 'x1'}});
		await screen.until(text => !text.includes('x1'));
		await screen.until(selected('i1'));
	});

	test('p sends a prompt of several lines without attaching', async () => {
		const screen = await openFleet();
		screen.type('p');
		await screen.until('Prompt for b1');
		screen.type('do this');
		screen.type(key.paste(' then\nthat'));
		await screen.until('that');
		screen.type('\r');
		await asked(screen, 'send b1 do this then\nthat');
		await screen.until('sent to b1');
		// No event has to come of it: a shell may be at its prompt again at once.
		await screen.until(text => !text.includes('sending…'));
	});

	test('a prompt that was refused opens again as it was written', async () => {
		const screen = await openFleet();
		screen.host.refuse('send', new FleetError('connection-lost', 'the link is cut'));
		screen.type('p');
		await screen.until('Prompt for b1');
		screen.type(`a long thought${key.enter}`);
		await screen.until('prompt b1: the link is cut');
		await screen.until(/Prompt for b1[^]*a long thought/);
		screen.type(key.enter);
		await asked(screen, 'send b1 a long thought');
		await screen.until('sent to b1');
	});

	test('a prompt that is left is not sent, and an empty one neither', async () => {
		const screen = await openFleet();
		screen.type('p');
		await screen.until('Prompt for b1');
		screen.type('\r');
		screen.type('secret');
		await screen.until('secret');
		screen.type(key.escape);
		await screen.until(text => !text.includes('Prompt for'));
		expect(screen.host.calls.filter(call => call.startsWith('send'))).toEqual([]);
	});

	const asks = (over: Partial<NonNullable<Agent['attention']>> = {}): Agent =>
		agent({
			id: 'b1',
			state: 'blocked',
			since: '2026-11-20T11:00:00.000Z',
			attention: {
				kind: 'question',
				text: 'Which colour?',
				id: 'q1',
				choices: [
					{id: '1', label: 'Red'},
					{id: '2', label: 'Blue'},
				],
				...over,
			},
		});

	test('a long question leaves room for what can be answered', async () => {
		const choices = Array.from({length: 12}, (_, at) => ({id: `${at}`, label: `choice ${at + 1}`}));
		const text = 'May it run this? '.repeat(40);
		const screen = await openFleet(40, 16, [asks({text, choices: choices.slice(0, 3)})]);
		screen.type('a');
		await screen.until(/May it run[^]*…[^]*▸ 1 choice 1[^]*3 choice 3[^]*1-3 at once/);
		screen.type(key.escape);
		await screen.until(shown => !shown.includes('choice 1'));
		screen.host.update({...asks({text, choices}), revision: 9});
		screen.type(`a${key.up}`);
		await screen.until(/May it run[^]*▸ 12 choice 12[^]*1-9 at once/);
	});

	test.each([
		['its digit', '2'],
		['Enter on it', `${key.down}\r`],
	])('a answers a question by %s', async (_, keys) => {
		const screen = await openFleet(120, 30, [asks()]);
		screen.type('a');
		await screen.until('b1 asks');
		await screen.until('2 Blue');
		screen.type(keys);
		await asked(screen, 'answer b1 q1 2');
		await screen.until(text => !text.includes('b1 asks'));
	});

	test('an answer names the question that was shown, also when another one is asked by now', async () => {
		const screen = await openFleet(120, 30, [asks()]);
		screen.type('a');
		await screen.until('b1 asks');
		screen.host.refuse('answer', new FleetError('conflict', 'that question is no longer asked'));
		screen.host.update({...asks({id: 'q2', text: 'Delete all?'}), revision: 2});
		screen.type('1');
		await asked(screen, 'answer b1 q1 1');
		await screen.until('no longer asked');
	});

	test('a says why there is nothing to choose', async () => {
		const screen = await openFleet(120, 30, [asks({choices: []})]);
		screen.type('a');
		await screen.until('takes more than a choice');
	});

	test('p goes to the agent it was opened for, whoever is selected since', async () => {
		const screen = await openFleet();
		screen.type('p');
		await screen.until('Prompt for b1');
		screen.host.event({id: undefined, event: 'agent.removed', data: {id: 'b1'}});
		screen.type('hello\r');
		await screen.until('b1 is gone: nothing was sent');
		expect(screen.host.calls.filter(call => call.startsWith('send'))).toEqual([]);
	});

	test('nothing is asked while the link is down, and it says so', async () => {
		const screen = await openFleet();
		const now = Date.now();
		const error = {code: 'connection-lost', message: 'gone'} as const;
		screen.host.link({phase: 'reconnecting', since: now, attempt: 1, retryAt: now + 9000, error});
		await screen.until('reconnecting');
		screen.type('x');
		await screen.until('dev-server is not connected now');
		expect(screen.text()).not.toContain('Stop b1?');
		await asked(screen, 'retry');
	});

	test('looking at a finished agent for two seconds tells the host, once', async () => {
		const screen = await openFleet();
		screen.type('jj');
		await screen.until(selected('d1'));
		await expect.poll(() => screen.host.calls, {timeout: 5000}).toContain('seen d1');
		screen.type('kj');
		await screen.until(selected('d1'));
		expect(screen.host.calls.filter(call => call === 'seen d1')).toHaveLength(1);
	});
});

describe('starting an agent', () => {
	test('by a role as it is configured', async () => {
		const screen = await openFleet();
		screen.type('n');
		await screen.until('New agent on dev-server');
		await screen.until('Read PLAN.md and start.');
		screen.type('\r');
		await asked(screen, 'launch the-architect');
		expect(screen.host.launches[0]).toMatchObject({name: null, cwd: null, prompt: null});
		screen.host.update(agent({id: 'new-1', state: 'starting'}));
		await screen.until(selected('new-1'));
	});

	test('with another name, folder and prompt', async () => {
		const screen = await openFleet();
		screen.type('n');
		await screen.until('role · claude');
		screen.type(key.right);
		await screen.until('‹ nightly ›');
		screen.type('codex');
		await screen.until('‹ codex ›');
		screen.type('cl');
		await screen.until('‹ claude ›');
		screen.type(`${key.tab}fix${key.tab}~/app${key.tab}`);
		screen.type(key.paste('one\ntwo'));
		await screen.until('one⏎two');
		screen.type('\r');
		await asked(screen, 'launch claude');
		expect(screen.host.launches[0]).toMatchObject({name: 'fix', cwd: '~/app', prompt: 'one\ntwo'});
	});

	test('opens again as it was when the host refuses', async () => {
		const screen = await openFleet();
		screen.host.refuse('launch', new FleetError('failed', 'no such folder', {hint: 'make it'}));
		screen.type('n');
		await screen.until('role · claude');
		screen.type(`${key.tab}${key.tab}/nowhere\r`);
		await screen.until('no such folder');
		await screen.until('/nowhere');
		expect(screen.text()).toContain('make it');
	});

	test('fits a side pane', async () => {
		const screen = await openFleet(40, 20);
		screen.type('n');
		await screen.until('‹ the-architect ›');
	});
});

describe('finding', () => {
	test('/ narrows the list as it is written, Enter keeps it, Esc shows all', async () => {
		const screen = await openFleet();
		screen.type('/index');
		await screen.until(text => text.includes('w1') && !text.includes('b1'));
		screen.type('\r');
		await screen.until('/index 1 of 6');
		screen.type(key.escape);
		await screen.until('b1');
	});

	test('a filter that matches nobody says so', async () => {
		const screen = await openFleet();
		screen.type('/nobody');
		await screen.until('No agent matches “nobody”');
		screen.type(key.escape);
		await screen.until('b1');
	});

	test(': finds a command by its name and gives it', async () => {
		const screen = await openFleet();
		screen.type(':');
		await screen.until('Commands');
		screen.type('sto');
		await screen.until(/▸ stop/);
		screen.type('\r');
		await screen.until('Stop b1?');
	});

	test('? shows all keys, scrolls, and goes', async () => {
		const screen = await openFleet(60, 14);
		screen.type('?');
		await screen.until('The selected agent');
		screen.type('G');
		await screen.until('Ctrl-\\');
		screen.type(key.escape);
		await screen.until(selected('b1'));
	});
});

describe('attaching', () => {
	test('Enter opens the agent’s terminal; the detach key brings the console back', async () => {
		const screen = await openFleet();
		screen.type('\r');
		await asked(screen, 'attach b1');
		await expect.poll(() => screen.host.sessions.length).toBe(1);
		const session = screen.host.sessions[0]!;
		session.write('\u001B[HI am the agent');
		await screen.until('I am the agent');
		screen.type('hi\r');
		await expect.poll(() => session.typed).toBe('hi\r');
		screen.type('\u001C');
		await screen.until(selected('b1'));
		expect(screen.text()).not.toContain('I am the agent');
		screen.type('j');
		await screen.until(selected('b2'));
	});

	test('v only looks', async () => {
		const screen = await openFleet();
		screen.type('v');
		await expect.poll(() => screen.host.sessions.length).toBe(1);
		expect(screen.host.sessions[0]!.observe).toBe(true);
	});

	test('an agent that ends brings the console back, which says how it ended', async () => {
		const screen = await openFleet();
		screen.type('\r');
		await expect.poll(() => screen.host.sessions.length).toBe(1);
		screen.host.sessions[0]!.end({code: 2, signal: null});
		await screen.until('b1 ended with code 2');
	});

	test('is not possible with one that has ended, and says what is', async () => {
		const screen = await openFleet();
		screen.type('G\r');
		await screen.until('x1 has ended; r starts it again');
	});

	test('ten times over, no key is lost', async () => {
		const screen = await openFleet();
		for (let i = 0; i < 10; i++) {
			screen.type('\r');
			await expect.poll(() => screen.host.sessions.length).toBe(i + 1);
			screen.type(`${i}\u001C`);
			await expect.poll(() => screen.host.sessions[i]!.typed).toBe(String(i));
			await screen.until(selected('b1'));
		}
	});
});

describe('leaving', () => {
	test('q leaves with 0, Ctrl-C with 130, and neither stops an agent', async () => {
		for (const [keys, code] of [
			['q', 0],
			[key.ctrl('c'), 130],
		] as const) {
			const screen = await openFleet();
			screen.type(keys);
			expect(await screen.ended).toBe(code);
			expect(screen.host.calls.filter(call => call.startsWith('stop'))).toEqual([]);
		}
	});

	test('Ctrl-L draws the screen again', async () => {
		const screen = await openFleet();
		screen.emulator.write('\u001B[5;5Hgarbage');
		await screen.until('garbage');
		screen.type(key.ctrl('l'));
		await screen.until(text => !text.includes('garbage') && text.includes('b1'));
	});

	test('the title of the terminal says who waits', async () => {
		const screen = await openFleet();
		await expect
			.poll(() => screen.output())
			.toContain('\u001B]2;2 need you · 1 done · 1 working — dev-server\u0007');
	});
});

describe('marked agents', () => {
	const marked = (name: string) => new RegExp(`•.? ${name}\\b`);

	test('are marked with Space one by one, and the cursor goes on', async () => {
		const screen = await openFleet();
		screen.type('  ');
		await screen.until(marked('b1'));
		await screen.until(marked('b2'));
		await screen.until(selected('d1'));
		await screen.until('2 marked');
		screen.type(key.escape);
		await screen.until(text => !text.includes('•'));
	});

	test('get one prompt each, and are marked no more', async () => {
		const screen = await openFleet();
		screen.type('  p');
		await screen.until('Prompt for 2 agents');
		screen.type(`commit${key.enter}`);
		await asked(screen, 'send b1 commit');
		await asked(screen, 'send b2 commit');
		expect(screen.host.calls).not.toContain('send d1 commit');
		await screen.until('sent to 2 agents');
		expect(screen.text()).not.toContain('•');
	});

	test('get it again where it did not reach all, and nothing says that it did', async () => {
		const screen = await openFleet();
		screen.host.refuse('send', new FleetError('conflict', 'it has just ended'));
		screen.type('  p');
		await screen.until('Prompt for 2 agents');
		screen.type(`commit${key.enter}`);
		await screen.until(/prompt b\d: it has just ended/);
		await screen.until(/Prompt for b\d [^]*commit/);
		expect(screen.text()).not.toContain('sent to');
	});

	test('are stopped or removed together, each as it suits', async () => {
		const screen = await openFleet();
		screen.type('*x');
		await screen.until('Stop 5 agents?');
		expect(screen.text()).toContain('b1, b2, d1, w1, i1');
		screen.type('n');
		await screen.until(text => !text.includes('Stop 5'));
		screen.type('D');
		await screen.until('Remove x1?');
		screen.type('y');
		await asked(screen, 'remove x1');
		expect(screen.host.calls.filter(call => /^(stop|remove)/.test(call))).toEqual(['remove x1']);
	});

	test('are those that the filter shows, for whoever wants all of a kind', async () => {
		const screen = await openFleet();
		screen.type(`/blocked${key.enter}*x`);
		await screen.until('Stop 2 agents?');
		screen.type('y');
		await asked(screen, 'stop b1');
		await asked(screen, 'stop b2');
		expect(screen.host.calls.filter(call => call.startsWith('stop'))).toHaveLength(2);
	});

	test('are marked no more when they are gone', async () => {
		const screen = await openFleet();
		screen.type('  ');
		await screen.until('2 marked');
		screen.host.event({id: undefined, event: 'agent.removed', data: {id: 'b1'}});
		await screen.until('1 marked');
	});
});

import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {arbitrate} from '../../../source/host/arbiter/arbitrate.ts';
import type {AgentEvidence} from '../../../source/host/arbiter/evidence.ts';
import {explain} from '../../../source/host/arbiter/explain.ts';
import {evidenceOfLooking} from '../../../source/host/arbiter/from-runtime.ts';
import {emptyStore, remember} from '../../../source/host/arbiter/remember.ts';
import {strength} from '../../../source/host/arbiter/rules.ts';
import {report, tell} from './story.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const codex = {agent: 'codex', shell: null};

describe('a program that reports its own status', () => {
	test('is what it says, at once, but for idle', () => {
		const agent = tell(codex);
		expect(agent.sees(0, {kind: 'pid', pid: 7})).toBe('starting');
		expect(agent.sees(400, report('state=idle:app=codex'))).toBe('idle');
		expect(agent.sees(1000, report('state=working'))).toBe('working');
		expect(agent.sees(1500, report('state=blocked:kind=permission'))).toBe('blocked');
		expect(agent.sees(1600, report('state=working'))).toBe('working');
		expect(agent.sees(2000, report('state=idle'))).toBe('working');
		expect(agent.at(2699)).toBe('working');
		expect(agent.at(2700)).toBe('idle');
		expect(agent.sees(3000, report('state=working'))).toBe('working');
		expect(agent.sees(3100, report('state=done'))).toBe('done');
	});

	test('says what it waits for', () => {
		const agent = tell(codex);
		agent.sees(0, report(`state=blocked:kind=question:msg=${base64('Which colour?\u001B[31m')}`));
		expect(agent.verdict(10).attention).toMatchObject({kind: 'question', text: 'Which colour?'});
	});

	test('that failed is done, with the error to look at, until somebody looked', () => {
		const agent = tell(codex);
		agent.sees(0, report('state=working'));
		expect(agent.sees(10, report(`state=error:msg=${base64('API Error: 400')}`))).toBe('done');
		expect(agent.verdict(20).attention).toMatchObject({kind: 'error', text: 'API Error: 400'});
		expect(agent.learns(30, evidenceOfLooking(30))).toBe('idle');
		expect(agent.verdict(40).attention).toBeNull();
	});

	test('outranks a title and output that say otherwise, and explain tells so', () => {
		const agent = tell({agent: 'gemini', shell: null});
		agent.sees(0, report('state=blocked:kind=auth'));
		agent.sees(10, {kind: 'title', title: '✦  Working… (app)'});
		expect(agent.sees(20, {kind: 'activity'})).toBe('blocked');
		const verdict = agent.verdict(30);
		const told = explain({id: 'a', name: 'n', since: 's'}, agent.store, verdict, 30);
		expect(told.evidence[0]).toMatchObject({source: 'osc7501', state: 'blocked'});
		expect(told.overruled.map(({source}) => source).sort()).toEqual(['output', 'title']);
		expect(told.rule).toContain('osc7501');
	});

	test('speaks for its parts: one that is blocked needs a person, one that works does not count', () => {
		const agent = tell(codex);
		agent.sees(0, report('state=idle'));
		expect(agent.sees(1, report('state=working:id=sub/1'))).toBe('idle');
		expect(agent.sees(2, report('state=blocked:kind=question:id=sub/2'))).toBe('blocked');
		expect(agent.sees(3, report('state=clear:id=sub'))).toBe('blocked');
		expect(agent.at(2000)).toBe('idle');
	});

	test('that clears its record says nothing any more', () => {
		const agent = tell(codex);
		agent.sees(0, report('state=working:id=part'));
		agent.sees(0, report('state=working'));
		expect(agent.sees(5, report('state=clear'))).toBe('unknown');
	});

	test('and its reports end where its shell is back at the prompt', () => {
		const agent = tell({agent: 'shell', shell: 'bash'});
		agent.sees(0, {kind: 'foreground', program: 'bash'});
		agent.sees(5000, {kind: 'foreground', program: 'tool'});
		expect(agent.sees(5100, report('state=blocked:kind=auth'))).toBe('blocked');
		agent.sees(9000, {kind: 'foreground', program: 'bash'});
		expect(agent.at(10_000)).toBe('done');
	});
});

describe('done', () => {
	test('becomes idle when a person looks, and a doubled report does not undo it', () => {
		const agent = tell(codex);
		agent.sees(0, report('state=working'));
		expect(agent.sees(10, report('state=done'))).toBe('done');
		expect(agent.learns(20, evidenceOfLooking(20))).toBe('idle');
		expect(agent.sees(30, report('state=done'))).toBe('idle');
		expect(agent.sees(40, report('state=working'))).toBe('working');
		expect(agent.sees(50, report('state=done'))).toBe('done');
	});

	test('a hook that saw the turn end makes done of a session file that only knows idle', () => {
		const agent = tell({agent: 'claude', shell: null});
		agent.learns(0, told('session-file', 'working', strength.sessionFile, 0));
		agent.learns(100, told('hook', 'done', strength.hook, 100));
		expect(agent.at(110)).toBe('working');
		expect(agent.learns(120, told('session-file', 'idle', strength.sessionFile, 120))).toBe('done');
	});

	test('an interrupted turn is idle: no hook saw it end', () => {
		const agent = tell({agent: 'claude', shell: null});
		agent.learns(0, told('hook', 'done', strength.hook, 0));
		agent.learns(5000, told('session-file', 'working', strength.sessionFile, 5000));
		agent.learns(9900, told('session-file', 'idle', strength.sessionFile, 9900));
		expect(agent.at(15_000)).toBe('idle');
	});
});

describe('a shell', () => {
	const shell = {agent: 'shell', shell: 'bash'};

	test('is idle at its prompt, from its first one on', () => {
		const agent = tell(shell);
		expect(agent.sees(0, {kind: 'pid', pid: 7})).toBe('starting');
		expect(agent.sees(10, {kind: 'foreground', program: 'node'})).toBe('starting');
		expect(agent.sees(200, {kind: 'activity'})).toBe('starting');
		expect(agent.sees(300, {kind: 'foreground', program: '-bash'})).toBe('idle');
		expect(agent.sees(9000, {kind: 'activity'})).toBe('idle');
	});

	test('works while a program is in front, quiet or not, and is done when it returns', () => {
		const agent = tell(shell);
		agent.sees(0, {kind: 'foreground', program: 'bash'});
		expect(agent.sees(5000, {kind: 'foreground', program: 'make'})).toBe('working');
		expect(agent.at(600_000)).toBe('working');
		agent.sees(600_000, {kind: 'foreground', program: 'bash'});
		expect(agent.at(600_700)).toBe('done');
		agent.sees(601_000, {kind: 'foreground', program: 'bash'});
		expect(agent.at(601_001)).toBe('done');
		expect(agent.learns(602_000, evidenceOfLooking(602_000))).toBe('idle');
		agent.sees(603_000, {kind: 'foreground', program: 'bash'});
		expect(agent.at(604_000)).toBe('idle');
	});

	test('does not call a short helper of its prompt a turn', () => {
		const agent = tell(shell);
		agent.sees(0, {kind: 'foreground', program: 'bash'});
		agent.sees(5000, {kind: 'foreground', program: 'git'});
		agent.sees(5400, {kind: 'foreground', program: 'bash'});
		expect(agent.at(7000)).toBe('idle');
	});

	test('is believed by its prompt marks too', () => {
		const agent = tell({agent: 'shell', shell: null});
		expect(agent.sees(0, {kind: 'osc', payload: '133;A'})).toBe('idle');
		expect(agent.sees(1000, {kind: 'osc', payload: '133;C'})).toBe('working');
		expect(agent.at(90_000)).toBe('working');
		agent.sees(90_000, {kind: 'osc', payload: '133;D;1'});
		expect(agent.at(91_000)).toBe('done');
	});
});

describe('a program without a channel', () => {
	test('works while it prints, and is unknown when it is quiet: quiet is no evidence', () => {
		const agent = tell();
		expect(agent.sees(0, {kind: 'pid', pid: 7})).toBe('starting');
		expect(agent.sees(25_000, {kind: 'activity'})).toBe('working');
		expect(agent.sees(26_000, {kind: 'activity'})).toBe('working');
		expect(agent.at(29_000)).toBe('working');
		expect(agent.at(30_000)).toBe('unknown');
	});

	test.each([
		['a bell', {kind: 'bell'} as const],
		['OSC 9', {kind: 'osc', payload: '9;build finished'} as const],
		['OSC 777', {kind: 'osc', payload: '777;notify;Build;waiting for you'} as const],
		['a title', {kind: 'title', title: '✋ Action Required (app)'} as const],
		['a foreground program', {kind: 'foreground', program: 'sudo'} as const],
		['a malformed report', {kind: 'osc', payload: '7501;state=blocked:msg=%%%'} as const],
		['a report of more than 4 KiB', report(`state=blocked:x=${'a'.repeat(5000)}`)],
	])('is neither blocked nor done after %s', (_, event) => {
		const agent = tell();
		expect(agent.sees(0, event)).toBe('unknown');
		expect(agent.sees(10, {kind: 'activity'})).toBe('working');
		expect(agent.sees(20, event)).toBe('working');
	});

	test('works while it shows progress, for half a minute without news', () => {
		const agent = tell();
		expect(agent.sees(0, {kind: 'osc', payload: '9;4;1;40'})).toBe('working');
		expect(agent.sees(20_000, {kind: 'osc', payload: '9;4;1;80'})).toBe('working');
		expect(agent.at(45_000)).toBe('working');
		expect(agent.at(51_000)).toBe('unknown');
		agent.sees(60_000, {kind: 'osc', payload: '9;4;3'});
		expect(agent.sees(61_000, {kind: 'osc', payload: '9;4;0'})).toBe('unknown');
	});
});

describe('output that was not heard', () => {
	test('leaves what was reported before it, until somebody knows better', () => {
		const agent = tell(codex);
		agent.sees(0, report('state=working'));
		expect(agent.sees(100, {kind: 'unheard'})).toBe('working');
		expect(agent.at(60_000)).toBe('working');
		agent.learns(61_000, told('rollout', 'done', strength.sessionFile, 61_000));
		expect(agent.at(61_001)).toBe('done');
		expect(agent.sees(62_000, report('state=working'))).toBe('working');
	});

	test('may have held the mark of a shell’s prompt', () => {
		const agent = tell({agent: 'shell', shell: 'bash'});
		agent.sees(0, {kind: 'foreground', program: 'bash'});
		agent.sees(5000, {kind: 'osc', payload: '133;C'});
		agent.sees(5100, {kind: 'foreground', program: 'cat'});
		agent.sees(9000, {kind: 'unheard'});
		agent.sees(9100, {kind: 'foreground', program: 'bash'});
		expect(agent.at(10_000)).toBe('done');
	});
});

describe('a run that takes up a session', () => {
	test('is in no state that its log tells of the run before', () => {
		const agent = tell(codex, 1000);
		agent.sees(1010, {kind: 'pid', pid: 7});
		const old = {...told('rollout', 'done', strength.sessionFile, 900), session: 's'};
		expect(agent.learns(1200, old)).toBe('starting');
		expect(agent.store.facts.session).toBe('s');
		expect(agent.learns(1300, told('rollout', 'working', strength.sessionFile, 1300))).toBe(
			'working',
		);
	});
});

describe('the end', () => {
	test('of the process is the end, whatever is said after it', () => {
		const agent = tell(codex);
		agent.sees(0, report('state=working'));
		expect(agent.sees(10, {kind: 'exit', code: 3, signal: null})).toBe('exited');
		expect(agent.sees(20, report('state=working'))).toBe('exited');
		expect(agent.sees(30, {kind: 'activity'})).toBe('exited');
		expect(agent.verdict(40).deciding?.detail).toBe('exited with code 3');
	});

	test('of a terminal that was killed from outside is the end too', () => {
		expect(tell().sees(0, {kind: 'gone'})).toBe('exited');
	});
});

describe('titles', () => {
	const gemini = {agent: 'gemini', shell: null};

	test('of kinds that draw their state tell it', () => {
		const agent = tell(gemini);
		expect(agent.sees(0, {kind: 'title', title: '◇  Ready (app)'})).toBe('idle');
		expect(agent.sees(10, {kind: 'title', title: '✦  Working… (app)'})).toBe('working');
		expect(agent.sees(20, {kind: 'title', title: '✋  Action Required (app)'})).toBe('blocked');
		expect(agent.verdict(20).attention).not.toBeNull();
	});

	test('give way to the name that an agent gives its session itself', () => {
		const agent = tell({agent: 'claude', shell: null});
		agent.sees(0, {kind: 'title', title: '✳ Terminal title'});
		expect(agent.store.facts.title).toBe('Terminal title');
		agent.learns(1, {...told('session-file', 'idle', strength.sessionFile, 1), title: 'Its own'});
		agent.sees(2, {kind: 'title', title: '✳ Another'});
		expect(agent.store.facts.title).toBe('Its own');
	});
});

describe('evidence that comes late, twice or out of order', () => {
	const anyEvidence: fc.Arbitrary<AgentEvidence> = fc.record({
		source: fc.constantFrom('osc7501', 'session-file', 'hook', 'title', 'output', 'api', 'process'),
		state: fc.constantFrom(null, 'starting', 'working', 'blocked', 'idle', 'done'),
		strength: fc.constantFrom(10, 20, 45, 60, 80, 90),
		at: fc.integer({min: 0, max: 10_000}),
		expiresAt: fc.option(fc.integer({min: 0, max: 20_000}), {nil: null}),
		detail: fc.constant(''),
	});
	const all = (pieces: readonly AgentEvidence[]) => pieces.reduce(remember, emptyStore);
	const verdict = (pieces: readonly AgentEvidence[], now = 15_000) =>
		arbitrate(all(pieces), now, null);

	test('told twice in a row is the same as told once', () => {
		fc.assert(
			fc.property(fc.array(anyEvidence), pieces => {
				const twice = pieces.flatMap(piece => [piece, piece]);
				expect(verdict(twice).state).toBe(verdict(pieces).state);
			}),
		);
	});

	test('older than what its source already said changes nothing', () => {
		fc.assert(
			fc.property(fc.array(anyEvidence, {minLength: 1}), anyEvidence, (pieces, late) => {
				const newest = all(pieces).slots.get(late.source)?.evidence.at;
				fc.pre(newest !== undefined && late.at < newest);
				expect(all([...pieces, late])).toEqual(all(pieces));
			}),
		);
	});

	test('a process that ended stays ended in any order', () => {
		const end: AgentEvidence = {...told('process', 'exited', strength.exit, 10_001)};
		fc.assert(
			fc.property(fc.array(anyEvidence), fc.nat(), (pieces, index) => {
				const order = [...pieces];
				order.splice(index % (pieces.length + 1), 0, end);
				expect(verdict(order).state).toBe('exited');
			}),
		);
	});

	test('the verdict names evidence that exists and wakes only in the future', () => {
		fc.assert(
			fc.property(fc.array(anyEvidence), fc.integer({min: 0, max: 20_000}), (pieces, now) => {
				const {deciding, state, reconsiderAt} = verdict(pieces, now);
				expect(deciding === null).toBe(state === 'unknown');
				if (reconsiderAt !== null) expect(reconsiderAt).toBeGreaterThan(now);
			}),
		);
	});

	test('memory is bounded however many records a program reports', () => {
		let store = emptyStore;
		const agent = tell(codex);
		for (let index = 0; index < 500; index++)
			agent.sees(index, report(`state=working:id=p${index}`));
		store = agent.store;
		expect(store.slots.size).toBeLessThanOrEqual(64);
		expect(store.slots.has('osc7501:p499')).toBe(true);
	});
});

function told(
	source: string,
	state: AgentEvidence['state'],
	weight: number,
	at: number,
): AgentEvidence {
	return {source, state, strength: weight, at, expiresAt: null, detail: ''};
}

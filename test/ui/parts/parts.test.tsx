import {render} from 'ink-testing-library';
import stripAnsi from 'strip-ansi';
import {afterEach, describe, expect, test} from 'vitest';
import {cleanup} from 'ink-testing-library';
import type {Agent} from '../../../source/protocol/agent.ts';
import {AgentLine} from '../../../source/ui/parts/agent-line.tsx';
import {Line} from '../../../source/ui/parts/line.tsx';
import {Lines} from '../../../source/ui/parts/lines.tsx';
import {layoutFor} from '../../../source/ui/present/layout.ts';
import {painter} from '../../../source/ui/present/paint.ts';
import {agent} from '../../harness/agents.ts';

afterEach(cleanup);

const draw = (
	one: Agent,
	over: {
		columns?: number;
		hasColour?: boolean;
		isStale?: boolean;
		isSelected?: boolean;
		pending?: string;
	} = {},
) => {
	const {columns = 80, hasColour = true, isStale = false, isSelected = false, pending} = over;
	const {lastFrame} = render(
		<AgentLine
			agent={one}
			age="3m"
			isSelected={isSelected}
			isMarked={false}
			isStale={isStale}
			pending={pending}
			hasUsed
			layout={layoutFor({columns, rows: 20}, false)}
			paint={painter(hasColour)}
		/>,
	);
	return lastFrame() ?? '';
};

const blocked = agent({
	id: 'fix-login',
	state: 'blocked',
	attention: {
		kind: 'question',
		text: 'Which colour?',
		id: null,
		choices: [
			{id: 'r', label: 'Red'},
			{id: 'b', label: 'Blue'},
		],
	},
});

describe('a line of the table', () => {
	test('says who, in which state, for how long and what about', () => {
		expect(stripAnsi(draw(blocked))).toMatch(
			/^ {3}fix-login +◆ blocked +3m {2}Which colour\? Red · Blue$/,
		);
	});

	test('has a glyph for each state, so that it reads without colour', () => {
		const plain = draw(blocked, {hasColour: false, isSelected: true});
		expect(plain).toContain('▸');
		expect(plain).toContain('◆');
		expect(plain).not.toMatch(/\u001B\[[0-9;]*3[0-7]m/);
	});

	test.each([
		[{code: 0, signal: null, message: null}, '✗ exited 0'],
		[{code: 127, signal: null, message: 'npm: not found'}, '✗ exited 127'],
		[{code: null, signal: 'SIGKILL', message: null}, '✗ exited KILL'],
	])('says how an agent ended: %j', (exit, label) => {
		const line = stripAnsi(draw(agent({id: 'probe', state: 'exited', exit})));
		expect(line).toContain(label);
		expect(line).toContain(exit.message ?? '');
	});

	test('says what was asked and has not happened yet', () => {
		expect(stripAnsi(draw(blocked, {pending: 'stopping'}))).toContain('stopping…');
	});

	test('is dim and without its colours when it may not be true any more', () => {
		expect(draw(blocked, {isStale: true})).toMatch(/\u001B\[2m/);
		expect(draw(blocked, {isStale: true})).not.toContain('\u001B[33m');
	});

	test('cuts a long name with an ellipsis and moves no other column', () => {
		const long = agent({
			id: 'x',
			name: 'a-name-that-is-much-too-long-for-its-column',
			state: 'idle',
		});
		const short = agent({id: 'y', name: 'y', state: 'idle'});
		const at = (line: string) => stripAnsi(line).indexOf('○');
		expect(stripAnsi(draw(long))).toContain('…');
		expect(at(draw(long))).toBe(at(draw(short)));
	});
});

describe('lines', () => {
	test('a blank line keeps its row', () => {
		const {lastFrame} = render(
			<>
				<Line text="a" />
				<Line text="" />
				<Line text="b" />
			</>,
		);
		expect(
			lastFrame()!
				.split('\n')
				.map(line => line.trimEnd()),
		).toEqual(['a', '', 'b']);
	});

	test('are no more than their rectangle has', () => {
		const {lastFrame} = render(<Lines lines={['1', '2', '3', '4']} width={10} height={2} />);
		expect(lastFrame()).toBe('1\n2');
	});
});

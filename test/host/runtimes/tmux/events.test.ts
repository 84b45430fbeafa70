import {describe, expect, it} from 'vitest';
import {until} from '../../../harness/until.ts';
import {Terminals} from './terminals.ts';

describe('what an agent’s terminal tells', () => {
	it('its control strings, its title, its bell', async () => {
		const terminals = await Terminals.start();
		const print = String.raw`printf '\033]7501;state=blocked:kind=permission:msg=w6Q=\033\\\033]9;4;1;50\007\033]777;notify;ä;b\007\033]133;A\007\033]8;;http://x\007link\033]52;c;eA==\007\033]0;Tïtle\007\007'`;
		await terminals.launch('a', ['sh', '-c', `${print}; sleep 1000`]);
		await terminals.event('bell', 'a');
		const found = terminals.events.filter(({kind}) => kind === 'osc' || kind === 'title');
		expect(found).toEqual([
			{kind: 'osc', id: 'a', payload: '7501;state=blocked:kind=permission:msg=w6Q='},
			{kind: 'osc', id: 'a', payload: '9;4;1;50'},
			{kind: 'osc', id: 'a', payload: '777;notify;ä;b'},
			{kind: 'osc', id: 'a', payload: '133;A'},
			{kind: 'title', id: 'a', title: 'Tïtle'},
		]);
	});

	it('which program is in the foreground', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['bash', '--norc', '-i']);
		await until(
			() => terminals.events.find(event => event.kind === 'foreground' && event.program === 'bash'),
			'the shell',
			{seen: () => terminals.events},
		);
		await terminals.runtime.input('a', {text: 'sleep 999', submit: true, keys: []});
		await until(
			() =>
				terminals.events.find(event => event.kind === 'foreground' && event.program === 'sleep'),
			'the program',
			{seen: () => terminals.events},
		);
	});

	it('the last of its states, however many it prints', async () => {
		const terminals = await Terminals.start();
		const script = String.raw`i=0; while [ $i -lt 3000 ]; do printf '\033]7501;state=working:n=%s\007' $i; i=$((i+1)); done; printf '\033]7501;state=done:x=%05000d\007' 0; printf '\033]7501;state=done\007'; sleep 1000`;
		await terminals.launch('a', ['sh', '-c', script]);
		const states = () =>
			terminals.events.filter(event => event.kind === 'osc').map(({payload}) => payload);
		await until(() => states().at(-1) === '7501;state=done', 'done', {seen: states});
		expect(states().length).toBeLessThan(300);
		const dropped = (why: string) =>
			terminals.events.reduce(
				(sum, event) => sum + (event.kind === 'dropped' && event.why === why ? event.count : 0),
				0,
			);
		await until(() => dropped('longer than 4 KiB') === 1, 'the long one counted');
		await until(() => states().length + dropped('too many') === 3001, 'all counted', {
			seen: () => [states().length, dropped('too many')],
		});
	});

	it('what comes after a flood', async () => {
		const terminals = await Terminals.start();
		const script = String.raw`head -c 20000000 /dev/zero | tr '\0' x; while read x; do printf '\033]7501;state=idle\007'; done`;
		await terminals.launch('a', ['sh', '-c', script]);
		await terminals.shows('a', 'xxx');
		// For a second after a flood nothing is heard: the answer that counts is one after that.
		await until(
			async () => {
				await terminals.runtime.input('a', {text: '', submit: true, keys: []});
				return terminals.events.some(({kind}) => kind === 'osc');
			},
			'heard again',
			{seen: () => terminals.events},
		);
		expect(terminals.events.some(({kind}) => kind === 'unheard')).toBe(true);
	});
});

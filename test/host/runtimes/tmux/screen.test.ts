import {describe, expect, it} from 'vitest';
import {Terminals} from './terminals.ts';

describe('a screen', () => {
	it('has its text, its size and its cursor', async () => {
		const terminals = await Terminals.start();
		const script = `seq 30; printf '漢字 🙂 %%end 1 1 1\\n%%end'; printf '\\033[3;5H\\033[?25l'; sleep 1000`;
		await terminals.launch('a', ['sh', '-c', script], {cols: 40, rows: 10});
		await terminals.shows('a', '%end');
		const {lines, ...rest} = await terminals.runtime.screen('a', {ansi: false, history: 0});
		expect(lines).toEqual([
			'23',
			'24',
			'25',
			'26',
			'27',
			'28',
			'29',
			'30',
			'漢字 🙂 %end 1 1 1',
			'%end',
		]);
		expect(rest).toEqual({cols: 40, rows: 10, cursor: {x: 4, y: 2, visible: false}});
		const longer = await terminals.runtime.screen('a', {ansi: false, history: 5});
		expect(longer.lines.slice(0, 6)).toEqual(['18', '19', '20', '21', '22', '23']);
	});

	it('has the hyperlinks whose text it shows', async () => {
		const terminals = await Terminals.start();
		const link = (uri: string, text: string) =>
			String.raw`\033]8;;${uri}\033\\${text}\033]8;;\033\\`;
		const script = `printf '${link('https://gone.example/', 'gone')}\\033[2J\\033[H${link('https://old.example/', 'docs')} ${link('https://docs.example/', 'docs')}\\nend'; sleep 1000`;
		await terminals.launch('a', ['sh', '-c', script]);
		await terminals.shows('a', 'end');
		const {links} = await terminals.runtime.screen('a', {ansi: true, history: 0});
		expect(links).toEqual([{uri: 'https://docs.example/', text: 'docs'}]);
	});

	it('has lines that keep their colours when they stand alone', async () => {
		const terminals = await Terminals.start();
		const script = String.raw`printf '\033[1;31mred\nstill\n\033[38;2;1;2;3mexact\033[0m\nplain \033(0qx\033(B'; echo; echo end; sleep 1000`;
		await terminals.launch('a', ['sh', '-c', script]);
		await terminals.shows('a', 'end');
		const {lines} = await terminals.runtime.screen('a', {ansi: true, history: 0});
		expect(lines[0]).toMatch(/^(?:\x1b\[[0-9;]*m)+red\x1b\[0m$/);
		expect(lines[1]).toMatch(/^\x1b\[1;31mstill\x1b\[0m$/);
		expect(lines[2]).toContain('38;2;1;2;3');
		expect(lines[3]).toMatch(/plain .*─│/);
		expect(lines[4]).toBe('end');
	});

	it('stays as it was when the agent has ended', async () => {
		const terminals = await Terminals.start();
		await terminals.launch('a', ['sh', '-c', 'seq 9; printf last; exit 1'], {rows: 10, cols: 20});
		await terminals.event('exit', 'a');
		await terminals.shows('a', 'last');
		const {lines} = await terminals.runtime.screen('a', {ansi: false, history: 0});
		expect(lines).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', 'last']);
	});
});

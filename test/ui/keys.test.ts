import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {findBinding} from '../../source/ui/keys/find-binding.ts';
import {keyLabel} from '../../source/ui/keys/key-label.ts';
import {commandIds, type Situation} from '../../source/ui/keys/binding.ts';
import {bindings} from '../../source/ui/keys/bindings.ts';
import {keysMarkdown} from '../../source/ui/keys/keys-markdown.ts';
import {paletteEntries} from '../../source/ui/console/palette.ts';
import {footerHints, hintLine} from '../../source/ui/present/footer.ts';
import {helpLines} from '../../source/ui/present/help.ts';
import {widthOf} from '../../source/ui/present/cells.ts';
import {agent} from '../harness/agents.ts';

const working = agent({id: 'a', state: 'working'});
const ended = agent({id: 'a', state: 'exited'});
const calm: Situation = {
	remote: 'dev-server',
	link: 'live',
	selected: working,
	targets: [working],
	waiting: 1,
	agents: 3,
	shown: 3,
	isFiltered: false,
	leaveKey: undefined,
	hasPreview: true,
	places: 3,
	rules: 1,
	conflicts: 0,
	requests: 1,
	asking: 0,
};
const linesOf = (lines: ReturnType<typeof helpLines>) =>
	lines.map(line => line.map(([text]) => text).join('')).join('\n');

describe('the table of keys', () => {
	test('has each command once', () => {
		expect(bindings.map(binding => binding.id).sort()).toEqual([...commandIds].sort());
	});

	test('gives each key to at most one command in any situation', () => {
		const situations: Situation[] = [
			calm,
			{...calm, selected: ended, targets: [ended]},
			{...calm, link: 'reconnecting'},
			{...calm, link: 'refused', selected: undefined, targets: [], shown: 0, agents: 0, waiting: 0},
			{
				...calm,
				link: 'connecting',
				selected: undefined,
				targets: [],
				shown: 0,
				agents: 0,
				waiting: 0,
			},
		];
		for (const situation of situations) {
			const able = bindings.filter(binding => binding.whyNot?.(situation) === undefined);
			const keys = able.flatMap(binding => binding.keys);
			expect(keys.length).toBe(new Set(keys).size);
		}
	});

	test('is the README’s table', async () => {
		const readme = await readFile(path.join(import.meta.dirname, '../../README.md'), 'utf8');
		const between = /<!-- keys -->\n+([^]*?)\n+<!-- \/keys -->/.exec(readme)?.[1];
		expect(between).toBe(keysMarkdown());
	});

	test.each([40, 80, 120, 200])('is the help at %i columns, nothing cut from a key', columns => {
		const help = linesOf(helpLines(columns, 'Ctrl-\\'));
		for (const binding of bindings) {
			expect(help).toContain(binding.keys.map(keyLabel).join(' '));
			if (columns >= 80) expect(help).toContain(binding.description);
		}

		expect(help).toContain('Ctrl-\\');
	});

	test('is the palette', () => {
		const ids = paletteEntries('', calm).map(({binding}) => binding.id);
		expect([...ids, 'palette'].sort()).toEqual([...commandIds].sort());
	});

	test('is searched by name, word and letters', () => {
		const first = (query: string) => paletteEntries(query, calm)[0]?.binding.id;
		expect(first('stop')).toBe('stop');
		expect(first('forget')).toBe('remove');
		expect(first('nxt')).toBe('next-waiting');
		expect(first('qqq')).toBeUndefined();
	});

	test('says why a command cannot be given', () => {
		const entry = paletteEntries('remove', calm)[0];
		expect(entry?.whyNot).toContain('still runs');
	});

	test.each([20, 40, 60, 80, 120])('fills a footer of %i columns and no more', columns => {
		const line = hintLine(footerHints(calm, columns), columns);
		expect(widthOf(line.map(([text]) => text).join(''))).toBeLessThanOrEqual(columns);
	});

	test('offers in the footer only what can be done now', () => {
		const labels = (situation: Situation) => footerHints(situation, 200).map(([, label]) => label);
		expect(labels(calm)).toContain('attach');
		expect(labels(calm)).not.toContain('remove');
		expect(labels({...calm, selected: ended, targets: [ended]})).toContain('remove');
		expect(labels({...calm, link: 'reconnecting'})).not.toContain('stop');
		expect(labels({...calm, link: 'reconnecting'})).toContain('try again');
	});

	test('says how an agent’s terminal is left, until it was left, where there is room', () => {
		const text = (situation: Situation, columns: number) =>
			hintLine(footerHints(situation, columns), columns)
				.map(([part]) => part)
				.join('');
		const newcomer = {...calm, leaveKey: 'Ctrl-\\'};
		expect(text(newcomer, 80)).toContain('attach (Ctrl-\\ leaves)');
		expect(text(calm, 80)).not.toContain('leaves');
		expect(text(newcomer, 40)).not.toContain('leaves');
		for (const columns of [40, 80]) expect(text(newcomer, columns)).toContain('q quit');
	});

	test('lets Enter try again while the link is down, and attach while it is up', () => {
		expect(findBinding('enter', calm)?.binding.id).toBe('attach');
		expect(findBinding('enter', {...calm, link: 'refused'})?.binding.id).toBe('retry');
	});
});

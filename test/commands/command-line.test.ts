import {describe, expect, test} from 'vitest';
import {findCommand, helpWanted} from '../../source/commands/find-command.ts';
import {numberFlag, wordsFlag} from '../../source/commands/flag-value.ts';
import {commandHelp, mainHelp} from '../../source/commands/help.ts';
import {parseArguments} from '../../source/commands/parse-arguments.ts';
import {loadTable, table as entries} from '../../source/commands/table.ts';
import {FleetError} from '../../source/errors.ts';

const table = await loadTable();
const parse = (...argv: string[]) => {
	const found = findCommand(argv, table);
	if ('group' in found) return {name: `${found.group} …`};
	return {name: found.command.name, ...parseArguments(found)};
};

const failure = (act: () => unknown): FleetError => {
	try {
		act();
	} catch (error) {
		if (error instanceof FleetError) return error;
		throw error;
	}

	throw new Error('nothing was thrown');
};

describe('a command line', () => {
	test.each<[string[], object]>([
		[[], {name: 'console'}],
		[['--compact'], {name: 'console', flags: {compact: true}}],
		[['--remote', 'x'], {name: 'console', flags: {remote: 'x'}}],
		[['--remote', 'x', 'list'], {name: 'list', flags: {remote: 'x'}}],
		[['list', '--remote', 'x'], {name: 'list', flags: {remote: 'x'}}],
		[['list', '--remote=x', '--json'], {name: 'list', flags: {remote: 'x', json: true}}],
		[['--remote', 'list', 'list'], {name: 'list', flags: {remote: 'list'}}],
		[['config', '--config', 'f', 'show'], {name: 'config show', flags: {config: 'f'}}],
		[['config'], {name: 'config …'}],
		[['send', 'a', 'two', 'words'], {name: 'send', arguments: ['a', 'two', 'words']}],
		[['send', 'a', '-'], {name: 'send', arguments: ['a', '-']}],
		[['send', 'a', '--no-submit', 'x'], {arguments: ['a', 'x'], flags: {submit: false}}],
		[['send', 'a', '--', '--flag', '--', 'x'], {arguments: ['a', '--flag', '--', 'x']}],
		[['load', 'shell', '--', 'ls', '--json', '--', '-l'], {rest: ['ls', '--json', '--', '-l']}],
		[
			['load', 'r', '--credential', 'a', '--credential', 'b'],
			{flags: {credential: ['a', 'b']}, rest: []},
		],
		[['stop', 'a', 'b', '--grace', '3'], {arguments: ['a', 'b'], flags: {grace: '3'}}],
	])('%j', (argv, expected) => {
		expect(parse(...argv)).toMatchObject(expected);
	});

	test.each<[string[], string, string]>([
		[['lst'], 'unknown command `lst`', 'list'],
		[['config', 'chek'], 'unknown command `config chek`', 'config check'],
		[['list', '--jsn'], 'unknown flag `--jsn`', '--json'],
		[['load', 'claude', '--credentials', 'x'], 'unknown flag `--credentials`', '--credential'],
		[['attach'], 'missing required argument `agent`', 'attach --help'],
		[['list', 'x'], 'too many arguments', 'list --help'],
		[['completion', 'tcsh'], 'tcsh', 'completion --help'],
		[['--remote'], 'argument missing', 'console'],
	])('%j is a mistake that names the nearest', (argv, message, hint) => {
		const error = failure(() => parse(...argv));
		expect(error).toMatchObject({code: 'usage', exitCode: 2});
		expect(error.message).toContain(message);
		expect(error.hint).toContain(hint);
	});
});

describe('help', () => {
	test.each<[string[], string[] | undefined]>([
		[['--help'], []],
		[['list', '--help'], ['list']],
		[
			['--remote', 'x', 'list', '-h'],
			['--remote', 'x', 'list'],
		],
		[
			['help', 'config', 'show'],
			['config', 'show'],
		],
		[['send', 'help', 'x'], undefined],
		[['load', 'shell', '--', 'ls', '--help'], undefined],
	])('%j', (argv, words) => {
		expect(helpWanted(argv)).toEqual(words);
	});

	test('the page of all names every command that is not hidden, and fits 80 columns', () => {
		const page = mainHelp(table, '1.2.3', 80);
		for (const {name, hidden} of table) {
			if (hidden) expect(page).not.toMatch(new RegExp(`^  ${name}\\b`, 'm'));
			else expect(page).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
		}

		for (const line of page.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(80);
	});

	test('the page of all fits a side pane of 40 columns', () => {
		for (const line of mainHelp(table, '1.2.3', 40).split('\n'))
			expect(line.length).toBeLessThanOrEqual(40);
	});

	test('the page of one names its arguments, flags, examples and the flags of all', () => {
		const load = commandHelp(
			table.find(({name}) => name === 'load')!,
			80,
		);
		for (const text of [
			'load ROLE',
			'[-- ARG…]',
			'--credential NAME',
			'--attach',
			'--remote NAME',
			'console load shell -- npm run watch',
		]) {
			expect(load).toContain(text);
		}
	});

	test('each command is what the table calls it', () => {
		for (const [index, {name, hidden}] of table.entries()) {
			expect({name, hidden}).toEqual({name: entries[index]!.name, hidden: entries[index]!.hidden});
		}
	});

	test('every command says what it does, in a group', () => {
		for (const {name, summary, group, hidden} of table) {
			expect(summary, name).toMatch(/\S/);
			if (!hidden) expect(group, name).toBeDefined();
		}
	});
});

test('a number is within its range, or the usage is wrong', () => {
	const range = {min: 0, max: 10};
	expect(numberFlag({flags: {n: '2.5'}}, 'n', range)).toBe(2.5);
	expect(numberFlag({flags: {}}, 'n', range)).toBeUndefined();
	for (const n of ['', 'x', '-1', '11', 'NaN', 'Infinity']) {
		expect(failure(() => numberFlag({flags: {n}}, 'n', range)).code).toBe('usage');
	}
});

test('words are of the list, or the nearest is named', () => {
	expect(wordsFlag({flags: {s: 'a, b'}}, 's', ['a', 'b'])).toEqual(['a', 'b']);
	expect(
		failure(() => wordsFlag({flags: {s: 'blokced'}}, 's', ['blocked', 'done'])).hint,
	).toContain('`blocked`');
});

import {keyLabel} from '../keys/key-label.ts';
import type {Binding} from '../keys/binding.ts';
import {bindings} from '../keys/bindings.ts';
import {fit, widthOf, wrap} from './cells.ts';
import type {Segment} from './paint.ts';

const titles: Record<Binding['group'], string> = {
	agents: 'The selected agent',
	moving: 'Moving',
	console: 'The console',
};

const keysWidth = 11;
const narrowBelow = 60;
const narrowKeysWidth = 7;
/** From here there is room for two columns of keys. */
const twoColumnsFrom = 108;

/** Every key with what it does, as lines; the table decides, not this. */
export const helpLines = (columns: number, detachKey: string): Segment[][] => {
	if (columns < twoColumnsFrom) {
		return [
			...section('agents', columns),
			...section('moving', columns),
			...section('console', columns),
			...attached(detachKey, columns),
		];
	}

	const half = Math.floor(columns / 2);
	const left = [...section('agents', half), ...attached(detachKey, half)];
	const right = [...section('moving', half), ...section('console', half)];
	return Array.from({length: Math.max(left.length, right.length)}, (_, index) => [
		...padded(left[index] ?? [], half),
		...(right[index] ?? []),
	]);
};

const section = (group: Binding['group'], columns: number): Segment[][] => [
	[['']],
	[[` ${titles[group]}`, {bold: true}]],
	...bindings
		.filter(binding => binding.group === group)
		.flatMap(binding =>
			entry(
				binding.keys.map(keyLabel).join(' '),
				binding.description + (binding.isDangerous ? ' (asks)' : ''),
				columns,
			),
		),
];

const attached = (detachKey: string, columns: number): Segment[][] => [
	[['']],
	[[" In an agent's terminal", {bold: true}]],
	...entry(detachKey, 'Back to the console; the agent works on', columns),
];

/** Where there is little room the text goes on below itself: what a key does is never cut. */
const entry = (keys: string, what: string, columns: number): Segment[][] => {
	const width = columns < narrowBelow ? narrowKeysWidth : keysWidth;
	return wrap(what, Math.max(10, columns - width - 5)).map((line, index): Segment[] => [
		[`   ${fit(index === 0 ? keys : '', width)} `, {colour: 'cyan'}],
		[line],
	]);
};

const padded = (line: readonly Segment[], width: number): Segment[] => {
	const used = line.reduce((sum, [text]) => sum + widthOf(text), 0);
	return [...line, [' '.repeat(Math.max(0, width - used))]];
};

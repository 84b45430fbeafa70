import {keyLabel} from '../key-label.ts';
import {bindings, type Binding} from '../keys.ts';
import {cut, fit, widthOf} from './cells.ts';
import type {Segment} from './paint.ts';

const titles: Record<Binding['group'], string> = {
	agents: 'The selected agent',
	moving: 'Moving',
	console: 'The console',
};

const keysWidth = 11;
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
		.map(binding =>
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
	entry(detachKey, 'Back to the console; the agent works on', columns),
];

const entry = (keys: string, what: string, columns: number): Segment[] => [
	[`   ${fit(keys, keysWidth)} `, {colour: 'cyan'}],
	[cut(what, Math.max(0, columns - keysWidth - 5))],
];

const padded = (line: readonly Segment[], width: number): Segment[] => {
	const used = line.reduce((sum, [text]) => sum + widthOf(text), 0);
	return [...line, [' '.repeat(Math.max(0, width - used))]];
};

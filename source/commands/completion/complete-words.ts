import type {ArgumentSpec, Command, FlagSpec} from '../command.ts';
import {globalFlags, longFlag, takesValue} from '../global-flags.ts';

export type Candidate = {value: string; description: string};

/** What can stand where the cursor is. */
export type Completion =
	| {kind: 'words'; words: Candidate[]}
	/** Names that only the configuration or the host knows; `before` stays in front of each. */
	| {kind: 'names'; of: NonNullable<FlagSpec['completes']>; before: string};

export type CommandLine = {
	completion: Completion;
	/** What the line says already, for whoever looks names up. */
	remote: string | undefined;
	config: string | undefined;
};

type Taken = {command: Command | undefined; group: string; operands: number};

const nothing: Completion = {kind: 'words', words: []};

/** Completes the last of `words`, what was typed of the command line behind the program's name. */
export const completeWords = (typed: readonly string[], table: readonly Command[]): CommandLine => {
	const visible = table.filter(command => !command.hidden);
	const words = joinAssignments(typed);
	const current = words.at(-1) ?? '';
	const before = words.slice(0, -1);
	const known = new Map<string, string>();
	const taken: Taken = {command: undefined, group: '', operands: 0};
	let pending: FlagSpec | undefined;
	let isBehindDashes = false;
	for (const word of before) {
		if (pending) {
			known.set(longFlag(pending), word);
			pending = undefined;
		} else if (isBehindDashes) {
			taken.operands++;
		} else if (word === '--') {
			isBehindDashes = true;
		} else if (word.startsWith('-') && word !== '-') {
			const [name = '', value] = word.split(/=(.*)/s);
			const flag = flagsOf(taken, visible).find(spec => longFlag(spec) === name);
			if (flag && takesValue(flag)) {
				if (value === undefined) pending = flag;
				else known.set(name, value);
			}
		} else {
			take(taken, word, visible);
		}
	}

	return {
		completion: completionOf(current, {pending, isBehindDashes, taken, visible}),
		remote: known.get('--remote'),
		config: known.get('--config'),
	};
};

/** bash breaks words at `=`: `--remote`, `=`, `dev`. */
const joinAssignments = (words: readonly string[]): string[] => {
	const joined: string[] = [];
	for (const [index, word] of words.entries()) {
		const isLast = index === words.length - 1;
		if (word === '=' && joined.at(-1)?.startsWith('--')) {
			if (isLast) joined.push('');
		} else {
			joined.push(word);
		}
	}

	return joined;
};

function take(taken: Taken, word: string, visible: readonly Command[]): void {
	if (taken.command) {
		const member = visible.find(({name}) => name === `${taken.command!.name} ${word}`);
		if (member && taken.operands === 0) taken.command = member;
		else taken.operands++;
		return;
	}

	const name = taken.group === '' ? word : `${taken.group} ${word}`;
	taken.command = visible.find(command => command.name === name);
	if (!taken.command) taken.group = name;
}

const flagsOf = ({command, group}: Taken, visible: readonly Command[]): FlagSpec[] => {
	const implied =
		command ?? (group === '' ? visible.find(({name}) => name === 'console') : undefined);
	return [...(implied?.flags ?? []), ...globalFlags];
};

function completionOf(
	current: string,
	{
		pending,
		isBehindDashes,
		taken,
		visible,
	}: {
		pending: FlagSpec | undefined;
		isBehindDashes: boolean;
		taken: Taken;
		visible: readonly Command[];
	},
): Completion {
	if (pending) return valueOf(pending, current, '');
	if (isBehindDashes && taken.command?.passThrough) return {kind: 'names', of: 'file', before: ''};
	if (!isBehindDashes && current.startsWith('-')) {
		const flags = flagsOf(taken, visible);
		const [name = '', value] = current.split(/=(.*)/s);
		if (value !== undefined) {
			const flag = flags.find(spec => longFlag(spec) === name && takesValue(spec));
			return flag ? valueOf(flag, value, `${name}=`) : nothing;
		}

		return words(
			flags.map(flag => ({value: longFlag(flag), description: flag.description})),
			current,
		);
	}

	if (!taken.command) return commandWords(taken.group, current, visible);
	const argument = argumentAt(taken.command, taken.operands);
	const members = taken.operands === 0 ? memberWords(taken.command.name, visible) : [];
	if (!argument) return words(members, current);
	const completion = valueOf(argument, current, '');
	return completion.kind === 'words'
		? {kind: 'words', words: [...words(members, current).words, ...completion.words]}
		: completion;
}

const argumentAt = ({arguments: specs = []}: Command, index: number): ArgumentSpec | undefined =>
	specs[index] ?? (specs.at(-1)?.name.includes('...') ? specs.at(-1) : undefined);

function valueOf(
	{choices, completes}: Pick<FlagSpec, 'choices' | 'completes'>,
	current: string,
	before: string,
): Completion {
	if (choices) {
		return words(
			choices.map(value => ({value: before + value, description: ''})),
			before + current,
		);
	}

	if (!completes) return nothing;
	// States are a list: what stands before the last comma stays.
	const kept = completes === 'state' ? current.slice(0, current.lastIndexOf(',') + 1) : '';
	return {kind: 'names', of: completes, before: before + kept};
}

function commandWords(group: string, current: string, visible: readonly Command[]): Completion {
	if (group !== '') return words(memberWords(group, visible), current);
	const first = new Map<string, string>();
	for (const {name, summary} of visible) {
		const [word = ''] = name.split(' ');
		const isGroup = name.includes(' ') && !visible.some(other => other.name === word);
		first.set(word, isGroup ? membersText(word, visible) : (first.get(word) ?? summary));
	}

	return words(
		[...first].map(([value, description]) => ({value, description})),
		current,
	);
}

const memberWords = (group: string, visible: readonly Command[]): Candidate[] =>
	visible
		.filter(({name}) => name.startsWith(`${group} `))
		.map(({name, summary}) => ({value: name.slice(group.length + 1), description: summary}));

const membersText = (group: string, visible: readonly Command[]): string =>
	memberWords(group, visible)
		.map(({value}) => value)
		.join(', ');

const words = (
	candidates: readonly Candidate[],
	current: string,
): {kind: 'words'; words: Candidate[]} => ({
	kind: 'words',
	words: candidates.filter(({value}) => value.startsWith(current)),
});

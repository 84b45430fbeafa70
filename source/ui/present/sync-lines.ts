import {rollUpHealth, type RuleHealth} from '../../sync/engine/health.ts';
import type {ConflictFile, OpenConflict, SyncRuleView} from '../../sync/desk.ts';
import {barText, healthText, movedPart, stillMs} from '../../sync/present-health.ts';
import {bytesText, haltAdvice, isAskedFor} from '../../sync/present-report.ts';
import type {ConsoleState} from '../console/state.ts';
import {cut, cutStart, fit, harmless, widthOf, wrap} from './cells.ts';
import {shortDuration} from './duration.ts';
import type {HeaderPlace} from './header.ts';
import type {Segment, Style} from './paint.ts';

const looks: Record<RuleHealth['phase'], [glyph: string, style: Style]> = {
	starting: ['◌', {colour: 'grey'}],
	looking: ['◌', {colour: 'cyan'}],
	moving: ['⇅', {colour: 'cyan', bold: true}],
	'in-step': ['●', {colour: 'green'}],
	waiting: ['◌', {colour: 'yellow'}],
	halted: ['■', {colour: 'red', bold: true}],
	failed: ['✗', {colour: 'red'}],
};

/** What the header says of sync; nothing where there are no rules. */
export const syncPlace = (rules: readonly SyncRuleView[], now: number): HeaderPlace[] => {
	const health = rollUpHealth(rules.map(rule => rule.health));
	if (health === undefined) return [];
	const [glyph, style] = looks[health.phase];
	const short = shortText(health, now);
	const conflicts: HeaderPlace[] =
		health.conflicts === 0
			? []
			: [
					{
						glyph: '≠',
						style: {colour: 'yellow', bold: true},
						long: `${health.conflicts} conflict${health.conflicts === 1 ? '' : 's'}`,
						short: String(health.conflicts),
					},
				];
	return [{glyph, style, long: `sync ${longText(health, now)}`, short}, ...conflicts];
};

const longText = (health: RuleHealth, now: number): string => {
	switch (health.phase) {
		case 'in-step':
			return `in step ${shortDuration(Math.max(0, now - health.since))}`;
		case 'moving': {
			const {files, totalFiles, bytes} = health.moving!;
			// Folders, modes and deletions alone.
			if (totalFiles === 0) return 'moving';
			const still = stillMs(health, now);
			const how = still === undefined ? bytesText(bytes) : `still ${shortDuration(still)}`;
			return `${barText(movedPart(health.moving!), 6)} ${files}/${totalFiles} ${how}`;
		}

		case 'halted':
			return 'halted: S';
		case 'waiting':
			return 'waits';
		case 'starting':
		case 'looking':
		case 'failed':
			return health.phase;
	}
};

const shortText = (health: RuleHealth, now: number): string =>
	health.phase === 'in-step'
		? shortDuration(Math.max(0, now - health.since))
		: health.phase === 'moving' && health.moving!.totalFiles > 0
			? `${health.moving!.files}/${health.moving!.totalFiles}`
			: health.phase;

/** The screen of sync: every rule's state, the open conflicts, and all of the chosen one below. */
export const syncLines = (
	state: ConsoleState,
	index: number,
	conflicts: readonly OpenConflict[],
	height: number,
): Segment[][] => {
	const {sync, layout, slice} = state;
	const {columns} = layout.size;
	const head: Segment[] = [
		[' Sync', {bold: true}],
		[sync.length === 0 ? '  no rules for this host' : '', {colour: 'grey'}],
	];
	const rules = sync.flatMap(rule => ruleLines(rule, columns, slice.now));
	if (conflicts.length === 0) {
		const none: Segment[][] =
			sync.length === 0 ? [] : [[['']], [[' No conflicts.', {colour: 'grey'}]]];
		return [head, ...rules, ...none];
	}

	const chosen = Math.min(index, conflicts.length - 1);
	const detail = detailOf(conflicts[chosen]!, columns, slice.now);
	const title: Segment[][] = [[['']], [[' Conflicts', {bold: true}]]];
	const room = Math.max(1, height - 2 - rules.length - title.length - detail.length);
	const from = Math.max(0, Math.min(chosen - room + 1, conflicts.length - room));
	const rows = conflicts.slice(from, from + room).map((conflict, i): Segment[] => {
		const isChosen = from + i === chosen;
		return [
			[isChosen ? '▸' : ' ', {colour: 'cyan', bold: true}],
			['≠ ', {colour: 'yellow'}],
			[fit(shortDuration(Math.max(0, slice.now - conflict.atMs)), 5), {colour: 'grey'}],
			...nameOfConflict(conflict, sync.length > 1, Math.max(8, columns - 8), isChosen),
		];
	});
	return [head, ...rules, ...title, ...rows, [['']], ...detail];
};

const barCells = 12;

function ruleLines({local, remote, direction, health}: SyncRuleView, columns: number, now: number) {
	const [glyph, style] = looks[health.phase];
	const arrow = direction === 'up' ? '→' : '⇄';
	const bar: Segment[] =
		health.phase === 'moving' ? [[` ${barText(movedPart(health.moving!), barCells)}`, style]] : [];
	const lines: Segment[][] = [
		[
			[` ${glyph} `, style],
			[cut(harmless(`${local} ${arrow} ${remote}`), Math.max(8, columns - 4)), {bold: true}],
		],
	];
	const room = columns - 4 - (bar.length > 0 ? barCells + 1 : 0);
	for (const [line, text] of wrap(healthText(health, now), Math.max(10, room)).entries()) {
		lines.push([
			[`   ${text}`, health.phase === 'in-step' ? {colour: 'grey'} : style],
			...(line === 0 ? bar : []),
		]);
	}

	if (health.halted !== undefined) {
		const key = isAskedFor(health.halted) ? 'A  ' : '';
		const advice = wrap(haltAdvice(health.halted), Math.max(10, columns - 4 - key.length));
		for (const [line, text] of advice.entries()) {
			lines.push([
				['   ', {}],
				[line === 0 ? key : ' '.repeat(key.length), {colour: 'cyan', bold: true}],
				[text, {}],
			]);
		}
	}

	return lines;
}

/** The path in the rule's tree, its end first where room is short; and whose tree, where there are several. */
function nameOfConflict(
	{name, root}: OpenConflict,
	isOneOfSeveral: boolean,
	room: number,
	isChosen: boolean,
): Segment[] {
	const shown = cutStart(harmless(name), room);
	const left = room - widthOf(shown) - 2;
	const where = isOneOfSeveral && left >= 8 ? `  ${cutStart(harmless(root), left)}` : '';
	return [
		[shown, {bold: isChosen}],
		[where, {colour: 'grey'}],
	];
}

/** Both versions, each with the key that keeps it, and the key that keeps them as they stand. */
function detailOf({kept, other}: OpenConflict, columns: number, now: number): Segment[][] {
	const line = (file: ConflictFile, word: string): Segment[] => {
		if (file === undefined) return [[`   ${word}: not on this side`, {colour: 'grey'}]];
		const isLocal = file.side === 'local';
		const age = `${shortDuration(Math.max(0, now - file.mtimeMs))} ago`;
		return [
			[` ${isLocal ? 'l' : 'r'} `, {colour: 'cyan', bold: true}],
			[fit(isLocal ? 'laptop' : 'host', 7)],
			[fit(bytesText(file.size), 8)],
			[fit(age, 9), {colour: 'grey'}],
			[cutStart(harmless(file.path), Math.max(6, columns - 28))],
		];
	};

	const both: Segment[][] =
		kept && other ? [[[' b ', {colour: 'cyan', bold: true}], ['both, each under its name']]] : [];
	return [line(kept, 'the one with the name'), line(other, 'the other'), ...both];
}

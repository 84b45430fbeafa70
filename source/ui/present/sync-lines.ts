import {rollUpHealth, type RuleHealth} from '../../sync/engine/health.ts';
import type {ConflictFile, OpenConflict, SyncRuleView} from '../../sync/desk.ts';
import {barText, healthText, movedPart} from '../../sync/present-health.ts';
import {bytesText, haltAdvice, isAskedFor} from '../../sync/present-report.ts';
import type {ConsoleState} from '../console/state.ts';
import {cut, fit, harmless, wrap} from './cells.ts';
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
			return `${barText(movedPart(health.moving!), 6)} ${files}/${totalFiles} ${bytesText(bytes)}`;
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
		: health.phase === 'moving'
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
			[cut(harmless(conflict.path), Math.max(8, columns - 10)), {bold: isChosen}],
		];
	});
	return [head, ...rules, ...title, ...rows, [['']], ...detail];
};

function ruleLines({local, remote, direction, health}: SyncRuleView, columns: number, now: number) {
	const [glyph, style] = looks[health.phase];
	const arrow = direction === 'up' ? '→' : '⇄';
	const bar: Segment[] =
		health.phase === 'moving' ? [[` ${barText(movedPart(health.moving!), 12)}`, style]] : [];
	const lines: Segment[][] = [
		[
			[` ${glyph} `, style],
			[cut(harmless(`${local} ${arrow} ${remote}`), Math.max(8, columns - 4)), {bold: true}],
		],
	];
	for (const [line, text] of wrap(healthText(health, now), Math.max(10, columns - 20)).entries()) {
		lines.push([
			[`   ${text}`, health.phase === 'in-step' ? {colour: 'grey'} : style],
			...(line === 0 ? bar : []),
		]);
	}

	if (health.halted !== undefined) {
		const key = isAskedFor(health.halted) ? 'A  ' : '';
		lines.push([
			['   ', {}],
			[key, {colour: 'cyan', bold: true}],
			[cut(haltAdvice(health.halted), Math.max(10, columns - 8)), {}],
		]);
	}

	return lines;
}

function detailOf({kept, other}: OpenConflict, columns: number, now: number): Segment[][] {
	const line = (file: ConflictFile, word: string): Segment[] =>
		file === undefined
			? [[` ${word}: not on this side`, {colour: 'grey'}]]
			: [
					[` ${fit(file.side === 'local' ? 'laptop' : 'host', 7)}`, {colour: 'cyan'}],
					[fit(bytesText(file.size), 9)],
					[fit(`${shortDuration(Math.max(0, now - file.mtimeMs))} ago`, 10), {colour: 'grey'}],
					[cut(harmless(file.path), Math.max(8, columns - 30))],
				];
	return [line(kept, 'the one with the name'), line(other, 'the other')];
}

import {plainText} from '../protocol/text.ts';
import type {RuleHealth} from './engine/health.ts';
import {bytesText, haltText} from './present-report.ts';

const seconds = (milliseconds: number): string => {
	const count = Math.max(0, Math.round(milliseconds / 1000));
	if (count < 60) return `${count} s`;
	if (count < 3600) return `${Math.floor(count / 60)} min`;
	if (count < 86_400) return `${Math.floor(count / 3600)} h`;
	return `${Math.floor(count / 86_400)} d`;
};

export const barText = (part: number, cells: number): string => {
	const full = Math.round(Math.max(0, Math.min(1, part)) * cells);
	return '█'.repeat(full) + '░'.repeat(cells - full);
};

/** How far a transfer is, 0 to 1. */
export const movedPart = ({
	files,
	totalFiles,
	bytes,
	totalBytes,
}: NonNullable<RuleHealth['moving']>): number =>
	totalBytes > 0 ? bytes / totalBytes : totalFiles > 0 ? files / totalFiles : 1;

const stillAfterMs = 10_000;

/** How long nothing of what is moving has moved; undefined where that is not worth a word. */
export const stillMs = ({movedAt}: RuleHealth, now: number): number | undefined => {
	const still = movedAt === undefined ? 0 : now - movedAt;
	return still > stillAfterMs ? still : undefined;
};

/** A rule's state in words: `in step 2 s`, `moving 12/40 files 3.1 MB`, `halted: …`. */
export const healthText = (health: RuleHealth, now: number): string => {
	const extra = [
		...(health.conflicts > 0
			? [`${health.conflicts} conflict${health.conflicts === 1 ? '' : 's'}`]
			: []),
		...(health.drift > 0 ? [`${health.drift} drifted`] : []),
		...(health.blocked > 0 ? [`${health.blocked} left alone`] : []),
		...(health.failed > 0 ? [`${health.failed} failed`] : []),
		...(health.polls === undefined ? [] : [`polls: ${plainText(health.polls, 100)}`]),
	];
	return [phaseText(health, now), ...extra].join(' · ');
};

const phaseText = (health: RuleHealth, now: number): string => {
	switch (health.phase) {
		case 'starting':
			return 'starting';
		case 'looking':
			return 'looking';
		case 'moving': {
			const {files, totalFiles, bytes} = health.moving!;
			if (totalFiles === 0) return 'moving';
			const still = stillMs(health, now);
			const pause = still === undefined ? '' : `, nothing for ${seconds(still)}`;
			return `moving ${files}/${totalFiles} files ${bytesText(bytes)}${pause}`;
		}

		case 'in-step':
			return `in step ${seconds(now - health.since)}`;
		case 'waiting':
			return health.inStepAt === undefined
				? 'waits for the host'
				: `waits for the host, in step ${seconds(now - health.inStepAt)} ago`;
		case 'halted':
			return `halted: ${haltText(health.halted!)}`;
		case 'failed':
			return `failed: ${plainText(health.error ?? '', 200)}; again in ${seconds(health.retryAt! - now)}`;
	}
};

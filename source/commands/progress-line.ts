import type {CycleProgress} from '../sync/engine/cycle.ts';
import {bytesText} from '../sync/present-report.ts';
import type {CommandContext} from './command.ts';

const everyMs = 100;
const barCells = 20;

/** One line on the terminal's stderr that tells how far a sync is; nothing where that is no terminal. */
export const progressLine = (
	{stderr, quiet, json}: Pick<CommandContext, 'stderr' | 'quiet' | 'json'>,
	title: string,
): {show: (progress: CycleProgress) => void; clear: () => void} => {
	const isShown = stderr.isTTY === true && !quiet && !json;
	let shownAt = -Infinity;
	let isDirty = false;
	return {
		show(progress) {
			const now = performance.now();
			if (!isShown || now - shownAt < everyMs) return;
			shownAt = now;
			isDirty = true;
			const line = `${title}  ${progressText(progress)}`.slice(0, Math.max(20, stderr.columns - 1));
			stderr.write(`\r\u001B[K${line}`);
		},
		clear() {
			if (isDirty) stderr.write('\r\u001B[K');
			isDirty = false;
		},
	};
};

const progressText = (progress: CycleProgress): string => {
	if (progress.phase === 'scanning') {
		return `looking at ${progress.side === 'local' ? 'this side' : 'the host'}: ${progress.files} files`;
	}

	const {files, totalFiles, bytes, totalBytes} = progress;
	const part = totalBytes > 0 ? Math.min(1, bytes / totalBytes) : files / Math.max(1, totalFiles);
	const full = Math.round(part * barCells);
	return `${'█'.repeat(full)}${'░'.repeat(barCells - full)} ${files}/${totalFiles} files ${bytesText(bytes)}`;
};

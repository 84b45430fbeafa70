import type {Put} from '../plan/operation.ts';

export type Moving = {files: number; totalFiles: number; bytes: number; totalBytes: number};

/** How far a rule's transfers are, over as many cycles as they take: it counts on until nothing is under way. */
export type Progress = {
	readonly now: Moving;
	expect(puts: readonly Put[]): void;
	moved(moved: {files: number; bytes: number}): void;
	/** Nothing is under way any more: what comes next is counted anew. */
	rest(): void;
};

const nothing: Moving = {files: 0, totalFiles: 0, bytes: 0, totalBytes: 0};

export const createProgress = (): Progress => {
	let now = nothing;
	return {
		get now() {
			return now;
		},
		expect(puts) {
			const bytes = puts.reduce((sum, {size}) => sum + size, 0);
			now = {
				...now,
				totalFiles: now.totalFiles + puts.length,
				totalBytes: now.totalBytes + bytes,
			};
		},
		moved({files, bytes}) {
			now = {...now, files: now.files + files, bytes: now.bytes + bytes};
		},
		rest() {
			now = nothing;
		},
	};
};

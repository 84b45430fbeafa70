import type {BytePath} from '../../path.ts';
import type {Signature} from '../../entry.ts';
import type {EndpointContext} from '../context.ts';
import type {KeptContents} from '../kept-contents.ts';

export type ScanRequest = {
	/** Walk the whole tree; without it only `folders`, and what is new below them. */
	full: boolean;
	folders: readonly BytePath[];
	/** Right after a commit: what it wrote a moment ago was hashed, though the moment is still racy. */
	trustRacy?: boolean;
	/** After this many files of which nothing was known, the folders of which nothing is known wait. */
	mostNew?: number | undefined;
	/** Takes what was read of small files, which lasts until the next read. */
	keep?: KeptContents['keep'] | undefined;
};

export type ScanProgress = (seen: {files: number; hashedBytes: number}) => void;

export type ScanResult = {
	sequence: number;
	/** Folders that changed under the scan: scan them again. */
	unsettled: BytePath[];
	/** Folders in which others wait: scan them, and those are read. */
	postponed: BytePath[];
	/** Some of the files whose content is new. */
	fresh: Array<{path: BytePath; signature: Signature; size: number}>;
	files: number;
	hashedBytes: number;
};

/** One scan on its way. */
export type Walk = {
	context: EndpointContext;
	clock: () => number;
	sequence: number;
	changed: boolean;
	unsettled: Set<BytePath>;
	postponed: Set<BytePath>;
	/** How many new files may still be read before new folders wait. */
	room: number;
	fresh: ScanResult['fresh'];
	files: number;
	hashedBytes: number;
	written: number;
	trustRacy: boolean;
	keep: ScanRequest['keep'];
	onProgress: ScanProgress | undefined;
};

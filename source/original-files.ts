import {readFileSync} from 'node:fs';
import type {SourceMap, SourceMapPayload} from 'node:module';

/** For a log: the stack of an error, or what was thrown in its place. */
export const stackOf = (error: unknown): string =>
	error instanceof Error ? inOriginalFiles(error.stack ?? error.message) : String(error);

/** Where a frame is in a bundled file: `file:///…/app/main.js?console:735:2205`. */
const place = /(?:file:\/\/)?(\/[^\s()]+\/app\/[\w-]+\.js)(?:\?[^\s():]*)?:(\d+):(\d+)/g;

/** Leads each place in a bundled file back to where it was written; one without a map stays as it is. */
export const inOriginalFiles = (
	trace: string,
	read = (file: string) => readFileSync(file, 'utf8'),
): string => {
	const maps = new Map<string, SourceMap | null>();
	const mapOf = (file: string): SourceMap | null => {
		if (!maps.has(file)) {
			try {
				// Asked for here: it would load with every start.
				const node = process.getBuiltinModule('node:module');
				const map = JSON.parse(read(`${file}.map`)) as SourceMapPayload;
				maps.set(file, new node.SourceMap(map));
			} catch {
				maps.set(file, null);
			}
		}

		return maps.get(file)!;
	};

	return trace.replaceAll(place, (whole, file: string, line: string, column: string) => {
		// The map counts from 0.
		const entry = mapOf(decodeURI(file))?.findEntry(Number(line) - 1, Number(column) - 1);
		if (!entry || !('originalSource' in entry)) return whole;
		const source = entry.originalSource.replace(/^(\.\.\/)+/, '');
		return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
	});
};

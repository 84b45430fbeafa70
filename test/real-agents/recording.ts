import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {Recorded} from './fleet.ts';
import type {Program} from './programs.ts';

const folder = path.resolve(import.meta.dirname, '../../fixtures/agents');

/** Keeps what was seen of a run, times from its start, the machine's own paths left out. */
export const writeRecording = async (
	program: Program,
	recorded: readonly Recorded[],
	home: string,
): Promise<void> => {
	const start = recorded[0]?.at ?? 0;
	const lines = recorded.map(entry => {
		const shifted = {...entry, at: entry.at - start};
		if ('evidence' in entry && 'evidence' in shifted) {
			const {evidence} = entry;
			shifted.evidence = {
				...evidence,
				at: evidence.at - start,
				expiresAt: evidence.expiresAt === null ? null : evidence.expiresAt - start,
			};
		}

		return JSON.stringify(shifted).replaceAll(home, '/home/u');
	});
	await mkdir(folder, {recursive: true});
	const head = JSON.stringify({kind: program.kind, version: program.version});
	await writeFile(path.join(folder, `${program.kind}.jsonl`), [head, ...lines, ''].join('\n'));
};

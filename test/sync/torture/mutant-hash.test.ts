import {lstatSync} from 'node:fs';
import {expect, test, vi} from 'vitest';
import {fileSignature, isExecutable, isFile} from '../../../source/sync/entry.ts';
import {unpackContents} from '../../../source/sync/endpoint/pack.ts';
import {hashOf, readStable} from '../../../source/sync/endpoint/read-stable.ts';
import type * as Stage from '../../../source/sync/endpoint/stage.ts';
import {filesOf} from '../../../source/sync/plan/fill.ts';
import {joinPath, nativePath} from '../../../source/sync/path.ts';
import {findFault} from './find-fault.ts';

// Takes whatever arrived for what was planned.
vi.mock('../../../source/sync/endpoint/stage.ts', async original => {
	const real = await original<typeof Stage>();
	return {
		...real,
		createStager(...[context, area, commit]: Parameters<typeof real.createStager>) {
			const stager = real.createStager(context, area, commit);
			const files = filesOf(commit.operations);
			const packed = commit.packs.flatMap(pack => unpackContents(files, pack));
			const inline = [...commit.contents, ...packed];
			return {
				...stager,
				stage(put: Parameters<typeof stager.stage>[0], folder?: string) {
					if (!isFile(put.signature)) return stager.stage(put, folder);
					const bytes = inline.find(({path}) => path === put.path)?.bytes;
					const file = nativePath(joinPath(area.filled, put.path));
					const isThere = lstatSync(file, {throwIfNoEntry: false})?.isFile() === true;
					const found = isThere ? readStable(file)?.signature.slice(1) : undefined;
					const hash = bytes === undefined ? found : hashOf(bytes);
					if (hash === undefined) return stager.stage(put, folder);
					const signature = fileSignature(hash, isExecutable(put.signature));
					return stager.stage({...put, signature}, folder);
				},
			};
		},
	};
});

test('an engine that takes whatever arrived for what was planned is caught', async () => {
	expect(await findFault(({torn, diverged}) => torn.length > 0 || diverged)).toBe(true);
});

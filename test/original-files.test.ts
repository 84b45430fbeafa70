import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {build} from 'esbuild';
import {expect, onTestFinished, test} from 'vitest';
import {inOriginalFiles, stackOf} from '../source/original-files.ts';

test('a crash of the bundle names the files and lines that were written', async () => {
	const folder = await mkdtemp('/tmp/fmap-');
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	const written = [
		'',
		'export const fail = (): never => {',
		"\tthrow new Error('here');",
		'};',
		'',
	];
	await writeFile(path.join(folder, 'written.ts'), written.join('\n'));
	const bundled = path.join(folder, 'dist/app/main.js');
	await build({
		absWorkingDir: folder,
		entryPoints: ['written.ts'],
		outfile: bundled,
		format: 'esm',
		minify: true,
		sourcemap: 'external',
	});
	const {fail} = (await import(/* @vite-ignore */ `${pathToFileURL(bundled).href}?list`)) as {
		fail: () => never;
	};
	let thrown: unknown;
	try {
		fail();
	} catch (error) {
		thrown = error;
	}

	expect((thrown as Error).stack).toMatch(/main\.js/);
	expect(stackOf(thrown).split('\n')[1]).toMatch(/ \(?written\.ts:3:\d+\)?$/);
});

test('what has no map stays as it is', () => {
	const trace =
		'Error: x\n    at a (/gone/dist/app/main.js:1:2)\n    at b (node:fs:3:4)\n    at c (file:///gone/dist/app/main.js?list:5:6)';
	expect(inOriginalFiles(trace)).toBe(trace);
	expect(inOriginalFiles(trace, () => '{"no": "map"')).toBe(trace);
	expect(stackOf('a word')).toBe('a word');
});

import {readFile} from 'node:fs/promises';
import type {Plugin} from 'esbuild';

/** Where a regular expression names signs beyond ASCII; esbuild leaves those as they are. */
const files = /\/(source\/agents\/.*\.ts|node_modules\/powershell-utils\/index\.js)$/;

/** A bundle of ASCII alone is read with a byte for each character, which spares a start 3 ms. */
export const asciiPatterns = (): Plugin => ({
	name: 'ascii-patterns',
	setup({onLoad}) {
		onLoad({filter: files}, async ({path: file}) => ({
			contents: (await readFile(file, 'utf8')).replaceAll(/[^\0-\x7F]/g, escaped),
			loader: file.endsWith('.ts') ? 'ts' : 'js',
		}));
	},
});

/** Of a sign beyond the basic plane both halves, each of which a string may hold. */
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

import path from 'node:path';
import type {BuildOptions, Plugin} from 'esbuild';

const letters = path.join(import.meta.dirname, '../source/ui/present/plain-letters.ts');

/** Ink and its parts cut text into letters with `Intl.Segmenter`: they get ours. */
export const quickSegmenter: Pick<BuildOptions, 'inject'> & {define: Record<string, string>} = {
	define: {'Intl.Segmenter': 'GraphemeSegmenter'},
	inject: [letters],
};

/**
 * Whoever measures text measures plain text at once. The expressions of `string-width` make ICU load what it
 * knows of emoji, 12 ms of a start, so they are made when there is text that needs them.
 */
export const quickWidth = (): Plugin => {
	const namespace = 'quick-width';
	return {
		name: namespace,
		setup({onResolve, onLoad}) {
			onResolve({filter: /^string-width$/}, ({path: name, kind}) =>
				kind === 'import-statement' ? {path: name, namespace} : undefined,
			);
			onLoad({filter: /.*/, namespace}, () => ({
				resolveDir: import.meta.dirname,
				contents: `
					import stripAnsi from 'strip-ansi';
					import {isPlain} from ${JSON.stringify(letters)};
					export default (text, options) => {
						if (options === undefined) {
							const shown = stripAnsi(text);
							if (isPlain(shown)) return shown.length;
						}
						return require('string-width').default(text, options);
					};`,
			}));
		},
	};
};

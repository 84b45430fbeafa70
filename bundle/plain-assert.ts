import type {Plugin} from 'esbuild';

const importers = /\/node_modules\/(asn1|signal-exit)\//;

/** Two libraries check arguments with `node:assert`, which loads colours and opens stderr: 4 ms of a start. */
export const plainAssert = (): Plugin => {
	const namespace = 'plain-assert';
	return {
		name: namespace,
		setup({onResolve, onLoad}) {
			onResolve({filter: /^assert$/}, ({path: name, importer}) =>
				importers.test(importer) ? {path: name, namespace} : undefined,
			);
			onLoad({filter: /.*/, namespace}, () => ({
				contents: `
					exports.ok = (value, message = 'an argument is missing') => {
						if (!value) throw new TypeError(message);
					};
					exports.equal = (actual, expected, message) => {
						exports.ok(actual === expected, message);
					};`,
			}));
		},
	};
};

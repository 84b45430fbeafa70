import {builtinModules, createRequire} from 'node:module';
import type {Plugin} from 'esbuild';

const require = createRequire(import.meta.url);
const names = builtinModules.filter(name => !name.startsWith('_'));

/**
 * An `import` of a built-in reads every property that it exports, and some load much: `node:http`
 * brings in all of undici, `node:module` the source maps. So each file asks for what it uses, directly.
 */
export const directBuiltins = (): Plugin => {
	const namespace = 'builtin';
	return {
		name: 'direct-builtins',
		setup({onResolve, onLoad}) {
			const filter = new RegExp(`^(node:(${names.join('|')}|sqlite)|${names.join('|')})$`);
			onResolve({filter}, ({path: name, kind, importer}) => ({
				path: `node:${name.replace('node:', '')}`,
				namespace,
				sideEffects: false,
				pluginData: kind,
				// Its own for each file: one that is shared would be one more chunk to load.
				suffix: `?${kind}&${importer}`,
			}));
			onLoad({filter: /.*/, namespace}, ({path: name, pluginData}) => ({
				contents: pluginData === 'require-call' ? whole(name) : parts(name),
			}));
		},
	};
};

const ask = (name: string): string => `process.getBuiltinModule(${JSON.stringify(name)})`;

/** For what was written for `require`. */
const whole = (name: string): string => `module.exports = ${ask(name)};`;

const parts = (name: string): string =>
	[
		`const builtin = ${ask(name)};`,
		'export default builtin;',
		...Object.keys(require(name) as object)
			.filter(part => part !== 'default')
			.map(part => `export const ${part} = /* @__PURE__ */ (() => builtin.${part})();`),
	].join('\n');

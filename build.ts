// Bundles the program into dist/: one entry that starts quickly, and chunks that load when needed.
import {chmod, cp, mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {build, type Plugin} from 'esbuild';

const root = import.meta.dirname;
const out = path.join(root, 'dist');
const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
	version: string;
};

await rm(out, {recursive: true, force: true});
await mkdir(out, {recursive: true});
await build({
	absWorkingDir: root,
	entryPoints: {
		main: 'cli.tsx',
		// Threads are programs of their own.
		'sync-worker': 'source/sync/endpoint/worker.ts',
		'sync-watcher': 'source/sync/watch/watcher.ts',
	},
	outdir: path.join(out, 'app'),
	bundle: true,
	splitting: true,
	format: 'esm',
	platform: 'node',
	target: 'node22',
	minify: true,
	keepNames: true,
	jsx: 'automatic',
	legalComments: 'none',
	define: {
		'process.env.NODE_ENV': '"production"',
		'process.env.DEV': '"false"',
		'process.env.FLEET_VERSION': JSON.stringify(version),
	},
	// Optional addons: ssh2 works without its own, and node-pty is copied beside the bundle.
	external: ['*.node', 'cpu-features', '@lydell/node-pty'],
	plugins: [lazyBuiltins(), yogaWithoutFetch()],
	alias: {'react-devtools-core': path.join(root, 'source/ui/no-devtools.ts')},
	banner: {
		js: "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url); const __filename = import.meta.filename, __dirname = import.meta.dirname;",
	},
});
await copyPty();
await copyKoffi();
await cp(path.join(root, 'source/entry.js'), path.join(out, 'cli.js'));
await chmod(path.join(out, 'cli.js'), 0o755);
await writeFile(path.join(out, 'package.json'), JSON.stringify({type: 'module', version}) + '\n');

/**
 * An `import` of a built-in reads every property that it exports, and some load much: `node:http`
 * brings in all of undici, a third of the time to the first frame. So they are asked for directly.
 */
function lazyBuiltins(): Plugin {
	const namespace = 'builtin';
	return {
		name: 'lazy-builtins',
		setup({onResolve, onLoad}) {
			onResolve({filter: /^(node:)?(http|https|crypto|process|util)$/}, ({path: name, kind}) =>
				kind === 'import-statement'
					? {path: `node:${name.replace('node:', '')}`, namespace, sideEffects: false}
					: undefined,
			);
			onLoad({filter: /.*/, namespace}, ({path: name}) => ({
				contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)});`,
			}));
		},
	};
}

/** Yoga carries its WASM as text; decoding that itself saves the load of everything behind `fetch`. */
function yogaWithoutFetch(): Plugin {
	const asks = '"function"!=typeof fetch';
	return {
		name: 'yoga-without-fetch',
		setup({onLoad}) {
			onLoad({filter: /yoga-wasm-base64-esm\.js$/}, async ({path: file}) => {
				const source = await readFile(file, 'utf8');
				if (!source.includes(asks)) throw new Error(`${file} does not ask for fetch any more`);
				return {contents: source.replace(asks, 'true')};
			});
		},
	};
}

/** The prebuilt PTY addon travels with the bundle, so a host needs no compiler and no npm. */
async function copyPty(): Promise<void> {
	const require = createRequire(import.meta.url);
	const names = ['node-pty', `node-pty-${process.platform}-${process.arch}`];
	for (const name of names) {
		const from = path.dirname(
			createRequire(require.resolve('@lydell/node-pty')).resolve(`@lydell/${name}/package.json`),
		);
		await cp(from, path.join(out, 'app/node_modules/@lydell', name), {recursive: true});
	}
}

/** The prebuilt addon through which sync reaches `renameat2`; without it, it renames aside. */
async function copyKoffi(): Promise<void> {
	const require = createRequire(import.meta.url);
	const from = path.dirname(require.resolve('koffi'));
	const to = path.join(out, 'app/node_modules');
	const scripts = ['index.cjs', 'src/static.cjs', 'src/trampolines.cjs'].map(
		file => `src/koffi/${file}`,
	);
	for (const file of ['package.json', 'index.js', 'index.cjs', 'LICENSE.txt', ...scripts]) {
		await cp(path.join(from, file), path.join(to, 'koffi', file));
	}

	const addon = `@koromix/koffi-${process.platform}-${process.arch}`;
	const packaged = path.join(from, '..', addon);
	if (existsSync(packaged)) await cp(packaged, path.join(to, addon), {recursive: true});
}

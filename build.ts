// Bundles the program into dist/: an entry, and one file whose parts run when they are needed. Many small
// files cost a start more than one large one, of which the code that was used is kept.
import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {cp, mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {promisify} from 'node:util';
import {Script} from 'node:vm';
import {build, type BuildOptions} from 'esbuild';
import {asciiPatterns} from './bundle/ascii-patterns.ts';
import {directBuiltins} from './bundle/direct-builtins.ts';
import {plainAssert} from './bundle/plain-assert.ts';
import {quickSegmenter, quickWidth} from './bundle/quick-text.ts';
import {ssh2Client} from './bundle/ssh2-client.ts';
import {yogaWithoutFetch} from './bundle/yoga-without-fetch.ts';

const run = promisify(execFile);
/** What is not there yet is fetched by `npm ci` and `npm run build`, never by who only wants to run something. */
const mayFetch = process.argv.includes('--fetch');
const root = import.meta.dirname;
const out = path.join(root, 'dist');
const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
	version: string;
};

await rm(out, {recursive: true, force: true});
await mkdir(out, {recursive: true});
const options: BuildOptions = {
	absWorkingDir: root,
	outdir: path.join(out, 'app'),
	bundle: true,
	format: 'esm',
	platform: 'node',
	target: 'node22',
	// A start reads all of it, and V8 keeps less of shorter code; the map leads a crash back to the source.
	minify: true,
	sourcemap: 'external',
	sourcesContent: false,
	jsx: 'automatic',
	legalComments: 'none',
	define: {
		'process.env.NODE_ENV': '"production"',
		'process.env.DEV': '"false"',
		'process.env.FLEET_VERSION': JSON.stringify(version),
		'process.env.FLEET_RUNTIMES': JSON.stringify(JSON.stringify(await runtimes())),
		...quickSegmenter.define,
		__dirname: 'import.meta.dirname',
		__filename: 'import.meta.filename',
	},
	inject: quickSegmenter.inject,
	// Optional addons: ssh2 works without its own, and node-pty is copied beside the bundle.
	external: ['*.node', 'cpu-features', '@lydell/node-pty'],
	plugins: [
		plainAssert(),
		ssh2Client(),
		directBuiltins(),
		quickWidth(),
		yogaWithoutFetch(),
		asciiPatterns(),
	],
	alias: {'react-devtools-core': path.join(root, 'source/ui/no-devtools.ts')},
};
// The entry runs it as a function, and keeps the code of what ran in it.
await build({
	...options,
	entryPoints: {main: 'cli.tsx'},
	define: {
		...options.define,
		'import.meta': 'fleetProgram',
		__dirname: 'fleetProgram.dirname',
		__filename: 'fleetProgram.filename',
	},
	// In parentheses, so that V8 compiles it at once.
	banner: {js: '(async function(fleetProgram){"use strict";'},
	footer: {js: '})'},
});
await build({
	...options,
	// Threads are programs of their own.
	entryPoints: {
		'sync-worker': 'source/sync/endpoint/worker.ts',
		'sync-watcher': 'source/sync/watch/watcher.ts',
	},
});
await copyPty();
await copyKoffi();
await copyEmulator();
await writeEntry();
await cp(path.join(root, 'source/newer-node.js'), path.join(out, 'app/newer-node.js'));
await writeFile(path.join(out, 'package.json'), JSON.stringify({type: 'module', version}) + '\n');

/** The entry knows the build by what it runs, and finds beside it what V8 made of that. */
async function writeEntry(): Promise<void> {
	const program = await readFile(path.join(out, 'app/main.js'));
	if (program.some(byte => byte > 127)) throw new Error('app/main.js is not plain ASCII');
	// What V8 compiles before anything runs, as the entry reads it: the content twice.
	const code = new Script(program.toString('latin1')).createCachedData();
	await writeFile(path.join(out, 'app/main.code'), Buffer.concat([code, code]));
	const hash = createHash('sha256').update(program).digest('hex').slice(0, 16);
	const entry = await readFile(path.join(root, 'source/entry.js'), 'utf8');
	await writeFile(path.join(out, 'cli.js'), entry.replace('%BUILD%', hash), {mode: 0o755});
}

/** What `install` may fetch for a host that has no Node and is another kind of machine than the laptop. */
async function runtimes(): Promise<Array<{name: string; version: string; integrity: string}>> {
	const packages = await lockedPackages();
	return Object.keys(packages).flatMap(key => {
		const name = /^node_modules\/(node-linux-[a-z0-9]+)$/.exec(key)?.[1];
		return name === undefined ? [] : [{name, ...packages[key]!}];
	});
}

async function lockedPackages(): Promise<Record<string, {version: string; integrity: string}>> {
	const {packages} = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as {
		packages: Record<string, {version: string; integrity: string}>;
	};
	return Object.fromEntries(
		Object.entries(packages).map(([key, {version, integrity}]) => [key, {version, integrity}]),
	);
}

/** Where the daemon runs, beside the machine that builds. Both addons travel with the bundle, so a host needs no compiler and no npm. */
function targets(): string[] {
	return [...new Set([`${process.platform}-${process.arch}`, 'linux-x64', 'linux-arm64'])];
}

async function copyPty(): Promise<void> {
	const to = path.join(out, 'app/node_modules/@lydell');
	await cp(path.join(root, 'node_modules/@lydell/node-pty'), path.join(to, 'node-pty'), {
		recursive: true,
	});
	for (const target of targets()) {
		const folder = await packageFolder(`@lydell/node-pty-${target}`);
		if (folder) await cp(folder, path.join(to, `node-pty-${target}`), {recursive: true});
	}
}

/** The terminal emulator that few starts need. */
async function copyEmulator(): Promise<void> {
	const from = path.join(root, 'node_modules/@xterm/headless');
	const to = path.join(out, 'app/node_modules/@xterm/headless');
	for (const file of ['package.json', 'lib-headless/xterm-headless.js']) {
		await cp(path.join(from, file), path.join(to, file));
	}
}

/** The addon through which sync reaches `renameat2`; without it, it renames aside. */
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

	for (const target of targets()) {
		const addon = `@koromix/koffi-${target}`;
		const folder = await packageFolder(addon);
		if (folder) await cp(folder, path.join(to, addon), {recursive: true});
	}
}

/**
 * A package of the lock file, unpacked. npm installs no addon of another processor, so such a one is
 * fetched as what the lock file says, and kept. Null where it cannot be had: `install` says so then.
 */
async function packageFolder(name: string): Promise<string | null> {
	const installed = path.join(root, 'node_modules', name);
	if (existsSync(installed)) return installed;
	const packages = await lockedPackages();
	const locked = packages[`node_modules/${name}`];
	if (locked === undefined) return null;
	const kept = path.join(root, 'node_modules/.cache/fleet-console', `${name}@${locked.version}`);
	if (existsSync(kept)) return kept;
	if (!mayFetch) return null;
	const aside = `${kept}.${process.pid}`;
	try {
		await mkdir(path.join(aside, 'package'), {recursive: true});
		const pack = [
			'pack',
			`${name}@${locked.version}`,
			'--silent',
			'--fetch-retries',
			'0',
			'--pack-destination',
			aside,
		];
		const {stdout} = await run('npm', pack, {cwd: aside, timeout: 20_000});
		const archive = path.join(aside, stdout.trim());
		const digest = createHash('sha512')
			.update(await readFile(archive))
			.digest('base64');
		if (`sha512-${digest}` !== locked.integrity)
			throw new Error('it is not what the lock file says');
		await run('tar', ['-xzf', archive, '-C', aside]);
		await rename(path.join(aside, 'package'), kept).catch(error => {
			// Another build was quicker.
			if (!existsSync(kept)) throw error;
		});
		return kept;
	} catch (error) {
		console.error(`build: without ${name}: ${(error as Error).message.split('\n')[0]}`);
		return null;
	} finally {
		await rm(aside, {recursive: true, force: true});
	}
}

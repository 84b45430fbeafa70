import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {beforeEach, expect, onTestFinished, test} from 'vitest';
import {readBundle} from '../../source/setup/bundle.ts';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp('/tmp/fbundle-');
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	const addons = [
		...['node-pty', 'node-pty-linux-x64', 'node-pty-linux-arm64'].map(
			name => `@lydell/${name}/index.js`,
		),
		'@koromix/koffi-linux-x64/linux_x64/koffi.node',
		'@koromix/koffi-linux-x64/musl_x64/koffi.node',
		'@koromix/koffi-linux-arm64/linux_arm64/koffi.node',
	];
	for (const file of ['cli.js', ...addons.map(addon => `app/node_modules/${addon}`)]) {
		await mkdir(path.dirname(path.join(folder, file)), {recursive: true});
		await writeFile(path.join(folder, file), file);
	}
});

const names = async (arch: string, isMusl = false): Promise<string[]> => {
	const bundle = await readBundle(folder, {platform: 'linux', arch, isMusl});
	return execFileSync('tar', ['-tz'], {input: await bundle.archive(), encoding: 'utf8'})
		.trim()
		.split('\n')
		.map(name => name.replace('app/node_modules/', ''));
};

test('a host gets the addons of its own kind, and no others', async () => {
	expect(await names('arm64')).toEqual([
		'@koromix/koffi-linux-arm64/linux_arm64/koffi.node',
		'@lydell/node-pty/index.js',
		'@lydell/node-pty-linux-arm64/index.js',
		'cli.js',
	]);
	expect(await names('x64', true)).toEqual([
		'@koromix/koffi-linux-x64/musl_x64/koffi.node',
		'@lydell/node-pty/index.js',
		'@lydell/node-pty-linux-x64/index.js',
		'cli.js',
	]);
});

test('bundles for two kinds of machine are two', async () => {
	const [one, other] = await Promise.all(
		['x64', 'arm64'].map(arch => readBundle(folder, {platform: 'linux', arch, isMusl: false})),
	);
	expect(one!.id).not.toBe(other!.id);
});

test('what was built without the part for a host says so, and how to get it', async () => {
	await expect(names('riscv64')).rejects.toMatchObject({
		code: 'not-supported',
		message: expect.stringContaining('linux-riscv64'),
		hint: expect.stringContaining('npm'),
	});
});

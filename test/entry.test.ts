import {execFile, spawnSync} from 'node:child_process';
import {cp, mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {expect, onTestFinished, test} from 'vitest';

const entry = path.join(import.meta.dirname, '../dist/cli.js');

test.each([
	['by its path, as npm’s links run it', entry, []],
	['by Node', process.execPath, [entry]],
	['by a shell', '/bin/sh', [entry]],
])('the program starts %s, and says nothing else', async (_, file, args) => {
	const {stdout, stderr} = await promisify(execFile)(file, [...args, '--version'], {
		env: {PATH: '/usr/bin:/bin'},
	});
	expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
	expect(stderr).toBe('');
});

test('a Node that is too old hands over to the one that came along, or says what to do', async () => {
	const folder = await mkdtemp('/tmp/fentry-');
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	await cp(
		path.join(path.dirname(entry), 'app/newer-node.js'),
		path.join(folder, 'app/newer-node.js'),
		{recursive: true},
	);
	const program = path.join(folder, 'cli.mjs');
	await writeFile(
		program,
		`if (process.env.TAKEN) { console.log(process.argv.slice(2).join()); process.exit(7); }
		process.env.TAKEN = 'over';
		await import('./app/newer-node.js');`,
	);
	const start = () =>
		spawnSync(process.execPath, [program, 'list', '--json'], {encoding: 'utf8', env: {}});
	expect(start()).toMatchObject({status: 1, stdout: '', stderr: expect.stringMatching(/too old/)});

	await mkdir(path.join(folder, 'node/bin'), {recursive: true});
	await symlink(process.execPath, path.join(folder, 'node/bin/node'));
	expect(start()).toMatchObject({status: 7, stdout: 'list,--json\n', stderr: ''});
});

import {execFile} from 'node:child_process';
import path from 'node:path';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';

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

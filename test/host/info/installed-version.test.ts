import {chmod, mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {installedVersion} from '../../../source/host/info/installed-version.ts';
import {ToolVersions} from '../../../source/host/info/tool-versions.ts';
import {ask, launch, startHost} from '../host-harness.ts';

const name = '@anthropic-ai/claude-code';

/** As npm installs it globally: a link in `bin` to a file of the package. The program tells when it is run. */
const install = async (version: string) => {
	const root = await mkdtemp(path.join(os.tmpdir(), 'fv-'));
	onTestFinished(() => rm(root, {recursive: true, force: true}));
	const folder = path.join(root, 'lib/node_modules', name);
	const bin = path.join(root, 'bin');
	await mkdir(path.join(folder, 'bin'), {recursive: true});
	await mkdir(bin);
	await writeFile(path.join(folder, 'package.json'), JSON.stringify({name, version}));
	const program = path.join(folder, 'bin/claude.exe');
	await writeFile(program, `#!/bin/sh\ntouch ${root}/was-run\necho 9.9.9\n`);
	await chmod(program, 0o755);
	await symlink(program, path.join(bin, 'claude'));
	return {folder, bin, file: path.join(bin, 'claude')};
};

test('is read from the package that the program lies in', async () => {
	const {file} = await install('2.1.197');
	expect(await installedVersion(file, name)).toBe('2.1.197');
	expect(await installedVersion(file, 'another-package')).toBeUndefined();
});

test('is read from a folder or file that is named by it', async () => {
	const {bin} = await install('1.0.0');
	const own = path.join(bin, '2.1.328');
	await writeFile(own, '');
	const link = path.join(bin, 'native');
	await symlink(own, link);
	expect(await installedVersion(link, name)).toBe('2.1.328');
});

test.each(['', '{', '[]', 'null', '{"name":"@anthropic-ai/claude-code","version":"\\u001b[2J"}'])(
	'is not known from a broken package.json: %s',
	async content => {
		const {file, folder} = await install('1.0.0');
		await writeFile(path.join(folder, 'package.json'), content);
		expect(await installedVersion(file, name)).toBeUndefined();
	},
);

test('is known to the host at once, without a run of the program', async () => {
	const {bin} = await install('2.1.197');
	const tools = new ToolVersions(async () => ({PATH: bin}));
	onTestFinished(() => tools.close());
	expect(await tools.read()).toMatchObject({claude: '2.1.197', codex: null});
});

test('an agent that is started from an old program says so in explain, and its state is no other for it', async () => {
	const old = await install('2.1.197');
	const host = await startHost({
		environment: async () => ({PATH: `${old.bin}:/usr/bin:/bin`, SHELL: '/bin/sh', HOME: '/tmp'}),
	});
	const agent = await launch(host, {agent: 'claude', command: null});
	expect(agent.state).toBe('starting');
	const {json} = await ask(host, 'GET', `/v1/agents/${agent.id}/explain`);
	const [evidence] = json.evidence.filter(({source}) => source === 'version');
	expect(evidence).toMatchObject({state: null});
	expect(evidence?.detail).toMatch(/^claude 2\.1\.197 is older than 2\.1\.198.*npm i -g/);
});

test('nothing is said of a program that is new enough', async () => {
	const now = await install('2.1.328');
	const host = await startHost({
		environment: async () => ({PATH: `${now.bin}:/usr/bin:/bin`, SHELL: '/bin/sh', HOME: '/tmp'}),
	});
	const agent = await launch(host, {agent: 'claude', command: null});
	const {json} = await ask(host, 'GET', `/v1/agents/${agent.id}/explain`);
	expect(JSON.stringify(json.evidence)).not.toContain('version');
});

import {spawn} from 'node:child_process';
import {
	chmod,
	lstat,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	readlink,
	rm,
	writeFile,
} from 'node:fs/promises';
import {Duplex} from 'node:stream';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {installHost, type InstallOptions} from '../../source/setup/install-host.ts';
import {parseProbe} from '../../source/setup/probe.ts';
import {fittingNode, runtimeMisfit} from '../../source/setup/runtime.ts';
import type {Transport} from '../../source/transport/transport.ts';

let home: string;
let folder: string;
let notes: string[];

beforeEach(async () => {
	home = await mkdtemp(path.join(os.tmpdir(), 'fleet-host-'));
	folder = await mkdtemp(path.join(os.tmpdir(), 'fleet-bundle-'));
	notes = [];
	await makeBundle('1.0.0');
});
afterEach(async () => {
	await rm(home, {recursive: true, force: true});
	await rm(folder, {recursive: true, force: true});
});

/** A program that says its version and writes down what else it is told. */
const makeBundle = async (version: string, extra = '') => {
	await mkdir(path.join(folder, 'app/deep'), {recursive: true});
	const addon = `app/node_modules/@lydell/node-pty-${process.platform}-${process.arch}`;
	await mkdir(path.join(folder, addon), {recursive: true});
	await writeFile(path.join(folder, addon, 'pty.node'), '');
	await writeFile(path.join(folder, 'app/deep/chunk.js'), `// ${version} ${extra}\n`);
	await writeFile(
		path.join(folder, 'cli.js'),
		`#!/bin/sh\n${extra}\nif [ "$1" = --version ]; then echo ${version}; else echo "${version} $*" >>"$HOME/calls"; fi\n`,
	);
	await chmod(path.join(folder, 'cli.js'), 0o755);
};

/** A host that is a home folder on this machine, reached by a shell as sshd would start it. */
const host = (env: Record<string, string> = {}): Pick<Transport, 'exec'> => ({
	async exec(command) {
		const child = spawn('/bin/sh', ['-c', command], {
			cwd: home,
			env: {
				HOME: home,
				SHELL: '/bin/sh',
				PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
				...env,
			},
		});
		const exited = new Promise<{code: number | null; signal: string | null}>(resolve =>
			child.on('close', (code, signal) => resolve({code, signal})),
		);
		return {
			stream: Duplex.from({writable: child.stdin, readable: child.stdout}),
			stderr: child.stderr,
			exited,
		};
	},
});

const install = (options: Partial<InstallOptions> = {}) =>
	installHost({
		transport: host(),
		remote: {name: 'dev', remotePath: '~/.local/bin/console', install: {command: null}},
		folder,
		upgrade: false,
		signal: AbortSignal.timeout(60_000),
		note: line => notes.push(line),
		...options,
	});

const program = () => path.join(home, '.local/bin/console');
const root = () => path.join(home, '.local/share/fleet-console');
const chunk = async () => readFile(path.join(root(), 'current/app/deep/chunk.js'), 'utf8');

test('a bare host gets the program, whole, behind the configured name', async () => {
	const report = await install();
	expect(report).toMatchObject({
		changed: true,
		version: '1.0.0',
		previous: null,
		program: program(),
	});
	expect(await readlink(program())).toBe(path.join(root(), 'current/cli.js'));
	expect(await chunk()).toBe('// 1.0.0 \n');
	expect((await lstat(path.join(root(), 'current/cli.js'))).mode & 0o111).toBe(0o111);
	expect((await readdir(root())).filter(name => name.startsWith('upload'))).toEqual([]);
	expect(await readdir(path.join(root(), 'versions'))).toHaveLength(1);
});

test('run again it changes nothing, and sends nothing', async () => {
	await install();
	const versions = await readdir(path.join(root(), 'versions'));
	expect(await install()).toMatchObject({changed: false, version: '1.0.0', sentBytes: 0});
	expect(await install({upgrade: true})).toMatchObject({changed: false, sentBytes: 0});
	expect(await readdir(path.join(root(), 'versions'))).toEqual(versions);
});

test('an older version stays until an upgrade is asked for; the one before is kept, older ones go', async () => {
	await install();
	await makeBundle('1.1.0');
	expect(await install()).toMatchObject({changed: false, version: '1.0.0'});
	expect(await install({upgrade: true})).toMatchObject({
		changed: true,
		version: '1.1.0',
		previous: '1.0.0',
	});
	expect(await chunk()).toBe('// 1.1.0 \n');
	expect(await readFile(path.join(root(), 'previous/app/deep/chunk.js'), 'utf8')).toBe(
		'// 1.0.0 \n',
	);
	expect(await readFile(path.join(home, 'calls'), 'utf8')).toBe(
		'1.1.0 host stop --restart\n1.1.0 host serve --detach --json\n',
	);
	await makeBundle('1.2.0');
	await install({upgrade: true});
	expect(await readdir(path.join(root(), 'versions'))).toHaveLength(2);
	expect(await readFile(path.join(root(), 'previous/app/deep/chunk.js'), 'utf8')).toBe(
		'// 1.1.0 \n',
	);
});

test('a version that does not start there is not switched on', async () => {
	await install();
	await makeBundle('2.0.0', 'echo "needs more" >&2; exit 1');
	await expect(install({upgrade: true})).rejects.toThrow(/does not start here: needs more/);
	expect(await chunk()).toBe('// 1.0.0 \n');
	expect(await readdir(path.join(root(), 'versions'))).toHaveLength(1);
	expect((await readdir(root())).filter(name => name.startsWith('upload'))).toEqual([]);
});

test('a host without a runtime gets the laptop’s', async () => {
	const bare = path.join(home, 'bare-bin');
	await mkdir(bare);
	const tools =
		'sh ls cat cp tar gzip sha256sum cut mkdir chmod tail head dirname readlink ln mv rm df awk uname id'.split(
			' ',
		);
	for (const tool of tools) {
		await writeFile(path.join(bare, tool), `#!/bin/sh\nPATH=/usr/bin:/bin exec ${tool} "$@"\n`);
		await chmod(path.join(bare, tool), 0o755);
	}

	const report = await install({transport: host({PATH: bare, SHELL: '/bin/none'})});
	expect(report.sentBytes).toBeGreaterThan(10 * 1024 * 1024);
	const node = path.join(root(), 'current/node/bin/node');
	const [sent, own] = await Promise.all([readFile(node), readFile(process.execPath)]);
	expect(sent.equals(own)).toBe(true);
	expect(notes.join('\n')).toMatch(/sending Node/);

	// Later versions keep what the first one brought, also when that one is gone.
	for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
		await makeBundle(version);
		const next = await install({
			transport: host({PATH: bare, SHELL: '/bin/none'}),
			upgrade: true,
		});
		expect(next).toMatchObject({changed: true, version});
		expect(next.sentBytes).toBeLessThan(1024 * 1024);
		expect((await lstat(node)).isFile()).toBe(true);
		expect((await readFile(node)).equals(own)).toBe(true);
	}
});

test('what somebody else put there is neither replaced nor removed', async () => {
	await mkdir(path.dirname(program()), {recursive: true});
	await writeFile(program(), '#!/bin/sh\necho 9.9.9\n', {mode: 0o755});
	expect(await install()).toMatchObject({changed: false, version: '9.9.9'});
	await expect(install({upgrade: true})).rejects.toMatchObject({code: 'conflict'});
	await writeFile(program(), 'broken', {mode: 0o644});
	await expect(install()).rejects.toMatchObject({code: 'conflict'});
	expect(await readFile(program(), 'utf8')).toBe('broken');
});

test('the configured command is run instead, and must leave the program behind', async () => {
	const remote = (command: string) => ({
		name: 'dev',
		remotePath: '~/.local/bin/console',
		install: {command},
	});
	await expect(install({remote: remote('echo nothing here')})).rejects.toThrow(
		/there is no ~\/.local\/bin\/console/,
	);
	await expect(install({remote: remote('echo broken >&2; exit 3')})).rejects.toThrow(/broken/);
	const command = `mkdir -p ~/.local/bin && cp '${folder}/cli.js' ~/.local/bin/console && echo "copied it"`;
	expect(await install({remote: remote(command)})).toMatchObject({changed: true, version: '1.0.0'});
	expect(notes).toContain('  copied it');
	expect(await install({remote: remote('exit 1')})).toMatchObject({changed: false});
});

test('a home with a quote and a space in its name is no trouble', async () => {
	const odd = path.join(home, "it's a home");
	await mkdir(odd);
	await install({transport: host({HOME: odd})});
	expect(await readlink(path.join(odd, '.local/bin/console'))).toBe(
		path.join(odd, '.local/share/fleet-console/current/cli.js'),
	);
});

test('noise of start files around the probe is passed over, silence is not', () => {
	expect(() => parseProbe('Welcome!\nfleet-probe:system=Linux x86_64\n')).toThrow(
		/could not be looked at/,
	);
	const said = [
		'Last login: today',
		'motd fleet-probe:system=Linux aarch64',
		'fleet-probe:home=/home/a',
		'fleet-probe:root=/home/a/.local/share/fleet-console',
		'fleet-probe:program=/home/a/.local/bin/console',
		'fleet-probe:node=v18.0.0 /usr/bin/node',
		'fleet-probe:node=v22.13.0 /opt/node',
		'fleet-probe:node=nonsense',
		'fleet-probe:libc=musl',
		'fleet-probe:end=yes',
	].join('\r\n');
	const probe = parseProbe(said);
	expect(probe).toMatchObject({platform: 'linux', arch: 'arm64', isMusl: true, version: null});
	expect(fittingNode(probe)).toBe('/opt/node');
	expect(runtimeMisfit(probe, {platform: 'linux', arch: 'x64', isMusl: false})).toMatch(
		/linux-arm64 with musl/,
	);
	expect(runtimeMisfit(probe, {platform: 'linux', arch: 'arm64', isMusl: true})).toBeUndefined();
});

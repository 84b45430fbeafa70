import {constants} from 'node:fs';
import {access, stat, statfs} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type {Config, CredentialConfig} from '../../config/config.ts';
import {hostSocket, longestSocketPath, stateFolder} from '../../config/paths.ts';
import {chooseEditor} from '../../handlers/editor.ts';
import {findProgram} from '../../host/info/find-program.ts';
import {version} from '../../protocol/version.ts';
import {desktopNotice} from '../../ui/terminal/desktop-notice.ts';
import {fail, look, ok, warn, type Check} from './check.ts';

const searchPath = () => process.env['PATH'] ?? '';

/** This side: program, state folder, and what the configuration names. */
export const checkLaptop = async (config: Config): Promise<Check[]> => [
	ok('program', `fleet-console ${version}, Node ${process.versions.node}`),
	...(await look('state folder', checkState)),
	...(await Promise.all(Object.values(config.credentials).map(checkCredential))).flat(),
	...(await checkHandlers(config.handlers)),
	...(config.ui.notify.includes('desktop') ? [await checkDesktop()] : []),
];

async function checkState(): Promise<Check[]> {
	const folder = stateFolder();
	const socket = hostSocket(folder);
	const length = Buffer.byteLength(socket);
	if (length > longestSocketPath) {
		const text = `${socket} is longer than a socket's path can be (${length} bytes)`;
		return [fail('state folder', text, 'Name a shorter folder with FLEET_STATE_DIR.')];
	}

	let at = folder;
	while (!(await exists(at))) at = path.dirname(at);
	if (!(await stat(at)).isDirectory()) {
		return [fail('state folder', `${at} is not a folder`, 'Set FLEET_STATE_DIR to one.')];
	}

	try {
		await access(at, constants.W_OK);
	} catch {
		return [
			fail('state folder', `${at} cannot be written`, 'Mend its rights, or set FLEET_STATE_DIR.'),
		];
	}

	const {bavail, bsize} = await statfs(at);
	return [
		at === folder ? ok('state folder', folder) : ok('state folder', `${folder}, not made yet`),
		diskCheck('disk', bavail * bsize, 'this machine'),
		...(await checkSocket(socket)),
	];
}

const exists = async (file: string): Promise<boolean> =>
	access(file).then(
		() => true,
		() => file === path.dirname(file),
	);

async function checkSocket(socket: string): Promise<Check[]> {
	const [file, folder] = await Promise.all(
		[socket, path.dirname(socket)].map(at => stat(at).catch(() => undefined)),
	);
	if (!file || !folder) return [];
	const open = [
		...(folder.mode & 0o077 ? [path.dirname(socket)] : []),
		...(file.mode & 0o177 ? [socket] : []),
	];
	return [
		open.length === 0
			? ok('socket rights', `${socket} is yours alone`)
			: fail(
					'socket rights',
					`others may use ${open.join(' and ')}`,
					`chmod go= ${open.join(' ')}`,
				),
	];
}

/** What is left of a disk, judged. */
export const diskCheck = (name: string, freeBytes: number, where: string): Check => {
	const found = `${gigabytes(freeBytes)} free on ${where}`;
	const mend = `Free some space on ${where}: the journal and the agents write there.`;
	if (freeBytes < 100 * 1024 ** 2) return fail(name, found, mend);
	return freeBytes < 1024 ** 3 ? warn(name, found, mend) : ok(name, found);
};

const gigabytes = (bytes: number): string =>
	bytes < 1024 ** 3
		? `${Math.floor(bytes / 1024 ** 2)} MiB`
		: `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** Whether a source is there; it is not asked, for some ask the person. */
async function checkCredential({name, source}: CredentialConfig): Promise<Check[]> {
	const title = `credential ${name}`;
	switch (source.kind) {
		case 'env':
			return [
				process.env[source.name]
					? ok(title, `${source.name} is set`)
					: warn(
							title,
							`${source.name} is not set here`,
							`export ${source.name}=… before \`load\`.`,
						),
			];
		case 'file': {
			const found = await stat(source.path).catch(() => undefined);
			if (!found)
				return [warn(title, `${source.path} is not there`, 'Make it, or name another file.')];
			return [
				found.mode & 0o077
					? warn(title, `others may read ${source.path}`, `chmod go= ${source.path}`)
					: ok(title, source.path),
			];
		}

		case 'command':
		case 'op': {
			const program = source.kind === 'op' ? 'op' : source.argv[0]!;
			return [await checkProgram(title, program, 'the credential')];
		}
	}
}

/** What opens links, files and diffs here; a denied kind needs nothing. */
const checkHandlers = async ({web, ide, diff}: Config['handlers']): Promise<Check[]> => {
	// macOS has `open`, Windows its own way; everywhere else the desktop's program is needed.
	const browser = process.platform === 'linux' ? 'xdg-open' : undefined;
	const editor = ide.policy === 'deny' ? undefined : chooseEditor(ide);
	const wanted = [
		{
			title: 'handler web',
			policy: web.policy,
			program: web.command?.[0] ?? browser,
			without: ok('handler web', 'the system’s own browser'),
		},
		{
			title: 'handler ide',
			policy: ide.policy,
			program: editor?.argv[0],
			without: warn(
				'handler ide',
				'no editor runs, and none is named',
				'Set tool under [handler.ide], or $EDITOR.',
			),
		},
		{
			title: 'handler diff',
			policy: diff.policy,
			program: diff.command?.[0],
			without: ok('handler diff', 'the host’s own diff, in the console'),
		},
	].filter(({policy}) => policy !== 'deny');
	return Promise.all(
		wanted.map(async ({title, program, without}) =>
			program === undefined ? without : checkProgram(title, program, 'the handler'),
		),
	);
};

async function checkDesktop(): Promise<Check> {
	const title = 'desktop notifications';
	const [program = ''] = desktopNotice({title: '', body: ''});
	if (!(await findProgram(program, searchPath()))) {
		return warn(title, `${program} is not installed here`, 'Install it, or change [ui] notify.');
	}

	return process.platform === 'darwin' ||
		process.env['DBUS_SESSION_BUS_ADDRESS'] ||
		process.env['XDG_RUNTIME_DIR']
		? ok(title, program)
		: warn(
				title,
				'no desktop is to be reached from here',
				'Run the console on the desktop itself.',
			);
}

async function checkProgram(title: string, program: string, whose: string): Promise<Check> {
	const file = await findProgram(program, searchPath());
	return file
		? ok(title, file)
		: warn(
				title,
				`${program} is not installed here`,
				`Install it, or change ${whose} in remote.toml.`,
			);
}

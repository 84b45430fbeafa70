// What the tests need from the system, brought or named before any of them runs; with program
// names as arguments, only those (the demo needs tmux). Plain Node, no dependencies.
import {execFileSync} from 'node:child_process';
import {accessSync, constants, existsSync, mkdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** A program, and the package that brings it on Debian and Ubuntu. */
const programs: ReadonlyArray<readonly [program: string, pkg: string]> = [
	['sshd', 'openssh-server'],
	['ssh', 'openssh-client'],
	['ssh-keygen', 'openssh-client'],
	['ssh-agent', 'openssh-client'],
	['tmux', 'tmux'],
	['git', 'git'],
	['rsync', 'rsync'],
	['socat', 'socat'],
	['gh', 'gh'],
	['bash', 'bash'],
	['zsh', 'zsh'],
	['fish', 'fish'],
	['vim', 'vim'],
	['nano', 'nano'],
	['ps', 'procps'],
	...(process.platform === 'linux'
		? ([
				['ip', 'iproute2'],
				['nsenter', 'util-linux'],
				['setpriv', 'util-linux'],
				['python3', 'python3'],
				// A module, not a program: file systems in user space.
				['/usr/lib/python3/dist-packages/fusepy.py', 'python3-fusepy'],
			] as const)
		: []),
];

// sshd and ip live where a user's PATH often does not look.
const folders = [
	...(process.env['PATH'] ?? '').split(path.delimiter),
	'/usr/local/sbin',
	'/usr/sbin',
	'/sbin',
];

const isInstalled = (program: string): boolean =>
	(path.isAbsolute(program) && existsSync(program)) ||
	folders.some(folder => {
		try {
			accessSync(path.join(folder, program), constants.X_OK);
			return folder !== '';
		} catch {
			return false;
		}
	});

const wanted = process.argv.slice(2);
const missing = () =>
	programs.filter(
		([program]) => (wanted.length === 0 || wanted.includes(program)) && !isInstalled(program),
	);

const isDebian = (): boolean => {
	if (!existsSync('/usr/bin/apt-get') || !existsSync('/etc/os-release')) return false;
	return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
};

const isRoot = process.getuid?.() === 0;
let lacking = missing();

if (lacking.length > 0 && isRoot && isDebian()) {
	const packages = [...new Set(lacking.map(([, pkg]) => pkg))];
	console.error(`installing ${packages.join(', ')}`);
	const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'};
	const apt = (...argv: string[]) =>
		execFileSync('apt-get', ['-q', '-o', 'Acquire::Retries=3', ...argv], {
			env,
			// apt's own chatter goes with the other progress, to stderr.
			stdio: ['ignore', 2, 2],
		});
	try {
		apt('update');
		apt('install', '-y', '--no-install-recommends', ...packages);
	} catch (error) {
		console.error(`apt-get failed: ${error instanceof Error ? error.message : error}`);
	}

	lacking = missing();
}

if (lacking.length > 0) {
	const packages = [...new Set(lacking.map(([, pkg]) => pkg))];
	console.error(`these programs are missing: ${lacking.map(([name]) => name).join(', ')}`);
	console.error(`on Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`);
	console.error('elsewhere, the packages with those programs have similar names.');
	process.exitCode = 1;
} else if (isRoot) {
	// sshd separates its privileges here; a container that never ran it has no such folder.
	mkdirSync('/run/sshd', {recursive: true, mode: 0o755});
}

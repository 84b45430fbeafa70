// For a Node that is too old, and may know none of what this program is written in: runs it with one that is not.
import {spawn} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

const here = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const node = newerNode();
if (node === undefined) {
	console.error(
		`console: Node ${process.versions.node} is too old; 22.13 or newer is needed. Install it, or reinstall fleet-console with its optional dependencies.`,
	);
	process.exit(1);
}

const child = spawn(node, [process.argv[1], ...process.argv.slice(2)], {stdio: 'inherit'});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
	process.on(signal, () => child.kill(signal));
}

child.on('exit', (code, signal) => {
	if (signal) {
		process.removeAllListeners(signal);
		process.kill(process.pid, signal);
	} else {
		process.exit(code);
	}
});

/** The one that came with this program: beside it on a host, among its packages on a laptop. */
function newerNode() {
	const own = path.join(here, 'node/bin/node');
	if (existsSync(own)) return own;
	for (const modules of [path.join(here, '../node_modules'), path.join(here, '../..')]) {
		if (!existsSync(modules)) continue;
		const name = readdirSync(modules).find(entry => entry.startsWith('node-linux-'));
		const found = name && path.join(modules, name, 'bin/node');
		if (found && existsSync(found)) return found;
	}

	return undefined;
}

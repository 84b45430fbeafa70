#!/bin/sh
':' //; self=$(readlink -f -- "$0"); here=${self%/*}; for node in "$here/node/bin/node" "$here"/../node_modules/node-linux-*/bin/node "$here"/../../node-linux-*/bin/node; do [ -x "$node" ] && exec "$node" "$self" "$@"; done; exec node "$self" "$@"
// The lines above let a shell find a Node that is new enough; Node reads them as a string and a comment.
import {spawn} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 13)) {
	// node:sqlite is stable enough for what the journal needs; its notice is noise to a user.
	const emitWarning = process.emitWarning;
	process.emitWarning = (warning, ...rest) => {
		if (!String(warning).includes('SQLite')) emitWarning.call(process, warning, ...rest);
	};

	// Of a file V8 keeps the code that its first user ran: by a name of its own, each command keeps its own.
	module.enableCompileCache?.();
	const commands = /^(attach|demo|diff|events|host|ide|list|load|open|report|screen|serve|--detach|status|sync)$/;
	const use = process.argv.slice(2).filter(word => commands.test(word));
	await import(`./app/main.js?${use.join('+') || 'console'}`);
} else {
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
}

function newerNode() {
	const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
	const own = path.join(here, 'node/bin/node');
	if (existsSync(own)) return own;
	for (const modules of [path.join(here, '../node_modules'), path.join(here, '../..')]) {
		if (!existsSync(modules)) continue;
		const name = readdirSync(modules).find(entry => entry.startsWith('node-linux-'));
		const node = name && path.join(modules, name, 'bin/node');
		if (node && existsSync(node)) return node;
	}

	return undefined;
}

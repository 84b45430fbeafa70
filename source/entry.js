#!/bin/sh
':' //; self=$(readlink -f -- "$0"); here=${self%/*}; for node in "$here/node/bin/node" "$here"/../node_modules/node-linux-*/bin/node "$here"/../../node-linux-*/bin/node; do [ -x "$node" ] && exec "$node" "$self" "$@"; done; exec node "$self" "$@"
// The lines above let a shell find a Node that is new enough; Node reads them as a string and a comment.
// They import nothing: an import of a built-in module reads all that it exports, which takes longer than this.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 13)) {
	// node:sqlite is stable enough for what the journal needs; its notice is noise to a user.
	const emitWarning = process.emitWarning;
	process.emitWarning = (warning, ...rest) => {
		if (!String(warning).includes('SQLite')) emitWarning.call(process, warning, ...rest);
	};

	// Of a file V8 keeps the code that its first user ran: by a name of its own, each command keeps its own.
	process.getBuiltinModule('node:module').enableCompileCache?.();
	const commands = /^(attach|demo|diff|events|host|ide|list|load|open|report|screen|serve|--detach|status|sync)$/;
	const use = process.argv.slice(2).filter(word => commands.test(word));
	await import(`./app/main.js?${use.join('+') || 'console'}`);
} else {
	await import('./app/newer-node.js');
}

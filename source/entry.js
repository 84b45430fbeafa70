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

	const fs = process.getBuiltinModule('node:fs');
	const {Script} = process.getBuiltinModule('node:vm');
	const {dirname} = import.meta;
	const program = {
		url: new URL('app/main.js', import.meta.url).href,
		dirname: `${dirname}/app`,
		filename: `${dirname}/app/main.js`,
	};

	// Compiling takes a third of a start. Node's own cache keeps only what is compiled before anything runs;
	// this one keeps the functions that ran, of each command its own. V8 refuses what another release of
	// it made, but tells two texts apart by their length alone: hence the name.
	const build = '%BUILD%';
	const {HOME = '', XDG_CACHE_HOME = ''} = process.env;
	const cache = XDG_CACHE_HOME.startsWith('/') ? XDG_CACHE_HOME : HOME && `${HOME}/.cache`;
	const folder = `${cache}/fleet-console/code`;
	const commands = /^(attach|demo|diff|events|host|ide|list|load|open|report|screen|serve|--detach|status|sync)$/;
	const use = process.argv.slice(2).filter(word => commands.test(word));
	const file = `${folder}/${build}-${process.arch}-${use.join('+') || 'console'}`;
	const codeIn = (name, owner) => {
		try {
			// V8 runs what it is given, and crashes where that is spoilt. Hence nobody else's file, and its
			// content twice: to compare takes a tenth of the time of a checksum.
			const both = fs.readFileSync(name);
			const [one, other] = [both.subarray(0, both.length / 2), both.subarray(both.length / 2)];
			return one.equals(other) && (!owner || fs.statSync(name).uid === owner()) ? one : undefined;
		} catch {
			return undefined;
		}
	};

	// The build sees to it that each byte is a character.
	const text = fs.readFileSync(program.filename, 'latin1');
	const kept = codeIn(file, process.getuid);
	// The first start of each command has what the build compiled.
	const cachedData = kept ?? codeIn(`${dirname}/app/main.code`);
	const script = new Script(text, {filename: program.url, cachedData});
	if (!kept || script.cachedDataRejected) {
		let isKept = !cache.startsWith('/');
		program.keepCode = () => {
			if (isKept) return;
			isKept = true;
			const aside = `${file}.${process.pid}`;
			const monthAgo = Date.now() - 30 * 24 * 60 * 60 * 1000;
			try {
				const code = script.createCachedData();
				// One by one: Node's way to make them all at once never ends where a home is no real folder.
				for (const made of [cache, `${cache}/fleet-console`, folder]) {
					if (!fs.existsSync(made)) fs.mkdirSync(made, {mode: 0o700});
				}

				fs.writeFileSync(aside, Buffer.concat([code, code]), {mode: 0o600, flag: 'wx'});
				fs.renameSync(aside, file);
				for (const name of fs.readdirSync(folder)) {
					const other = `${folder}/${name}`;
					if (fs.statSync(other).mtimeMs < monthAgo) fs.rmSync(other);
				}
			} catch {
				fs.rm(aside, {force: true}, () => {});
			}
		};

		// Who attends agents all day starts and ends rarely, and often by a signal.
		setTimeout(program.keepCode, 60_000).unref();
	}

	await script.runInThisContext()(program);
} else {
	await import('./app/newer-node.js');
}

import {homePath} from './probe.ts';

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

export type InstallPlan = {
	/** Where the host's command belongs; `~` is the host's home. */
	program: string;
	/** The folder of versions, absolute. */
	root: string;
	/** The folder of this one in it. */
	id: string;
	/** SHA-256 of the uploaded files, as hex. */
	archive: {file: string; sha256: string};
	/** A runtime that was uploaded, or one that is on the host, or none where `node` is on every PATH. */
	node: {kind: 'uploaded'; file: string; sha256: string} | {kind: 'found'; path: string};
};

/**
 * Unpacks beside what runs, proves it (checksums, then a first start), and only then switches by one
 * rename. Whatever fails leaves the host as it was. Prints `installed VERSION` at its end.
 */
export const installScript = ({program, root, id, archive, node}: InstallPlan): string => `
set -eu
umask 022
fail() { printf 'fleet-console: %s\\n' "$1" >&2; exit 1; }
program=${homePath(program)}
root=${quote(root)}
id=${quote(id)}
fresh="$root/versions/.$id.$$"
clean() { rm -rf "$fresh" ${uploads(archive, node)}; }
trap clean EXIT

digest() {
	if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1" | cut -c1-64
	elif command -v shasum >/dev/null 2>&1; then shasum -a 256 "$1" | cut -c1-64
	elif command -v openssl >/dev/null 2>&1; then openssl dgst -sha256 -r "$1" | cut -c1-64
	else fail 'no sha256sum, shasum or openssl is there to check what was sent'
	fi
}
check() { [ "$(digest "$1")" = "$2" ] || fail "what was sent did not arrive whole ($3)"; }
# rename(2) replaces a link in one step; mv without a flag would move into the folder that it names.
switch() { mv -T "$1" "$2" 2>/dev/null || mv -hf "$1" "$2" 2>/dev/null || { rm -f "$2"; mv "$1" "$2"; }; }

# A runtime that an earlier version brought goes with that version: each has it as its own.
keep_node() {
	real=$(readlink -f "$1" 2>/dev/null) || real=$1
	case $real in
	"$(cd -P "$root" && pwd)"/*) ln "$real" "$fresh/node/bin/node" 2>/dev/null || cp -p "$real" "$fresh/node/bin/node" ;;
	*) case $1 in "$root"/*) ln -s "$real" "$fresh/node/bin/node" ;; *) ln -s "$1" "$fresh/node/bin/node" ;; esac ;;
	esac
}

check ${quote(archive.file)} ${archive.sha256} program
mkdir -p "$fresh"
tar -xzf ${quote(archive.file)} -C "$fresh"
mkdir -p "$fresh/node/bin"
${
	node.kind === 'uploaded'
		? `gzip -dc ${quote(node.file)} >"$fresh/node/bin/node"
check "$fresh/node/bin/node" ${node.sha256} runtime
chmod 755 "$fresh/node/bin/node"`
		: `keep_node ${quote(node.path)}`
}
"$fresh/cli.js" --version >/dev/null 2>"$fresh/first-start" </dev/null || fail "it does not start here: $(tail -n 1 "$fresh/first-start")"
rm -f "$fresh/first-start"

rm -rf "$root/versions/$id.old"
[ -e "$root/versions/$id" ] && mv "$root/versions/$id" "$root/versions/$id.old"
mv "$fresh" "$root/versions/$id"
rm -rf "$root/versions/$id.old"
before=$(readlink "$root/current" 2>/dev/null || :)
ln -s "versions/$id" "$root/.current.$$"
switch "$root/.current.$$" "$root/current"
if [ -n "$before" ] && [ "$before" != "versions/$id" ]; then
	ln -s "$before" "$root/.previous.$$"
	switch "$root/.previous.$$" "$root/previous"
fi

mkdir -p "$(dirname "$program")"
ln -s "$root/current/cli.js" "$program.$$"
mv -f "$program.$$" "$program"

keep_current=$(readlink "$root/current")
keep_previous=$(readlink "$root/previous" 2>/dev/null || :)
for old in "$root"/versions/* "$root"/versions/.[!.]*; do
	[ -e "$old" ] || continue
	case versions/\${old##*/} in "$keep_current" | "$keep_previous") ;; *) rm -rf "$old" ;; esac
done
printf 'installed %s\\n' "$("$root/current/cli.js" --version)"
`;

const uploads = (archive: InstallPlan['archive'], node: InstallPlan['node']): string =>
	[archive.file, ...(node.kind === 'uploaded' ? [node.file] : [])].map(quote).join(' ');

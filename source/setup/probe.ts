import * as v from 'valibot';
import {FleetError} from '../errors.ts';
import {plainText} from '../protocol/text.ts';

/** Begins the only lines that are read: start files of a login shell may print anything. */
const mark = 'fleet-probe:';

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Runs in any POSIX shell; looks, and changes nothing. `program` is where the host's command belongs. */
export const probeScript = (program: string): string => `
say() { printf '${mark}%s=%s\\n' "$1" "$2"; }
program=${homePath(program)}
root=\${XDG_DATA_HOME:-$HOME/.local/share}/fleet-console
say system "$(uname -s) $(uname -m)"
say home "$HOME"
say root "$root"
say program "$program"
[ -L "$program" ] && say link "$(readlink "$program")"
[ -e "$program" ] && say exists yes
[ -e "$root/current/cli.js" ] && say current "$(cd -P "$root/current" && pwd)"
[ -x "$program" ] && say version "$("$program" --version 2>/dev/null </dev/null | head -n 1)"
if ls /lib/ld-musl-* >/dev/null 2>&1; then say libc musl; fi
for tool in tar gzip sha256sum shasum openssl tmux rsync git curl perl; do
	command -v "$tool" >/dev/null 2>&1 && say tool "$tool"
done
node_at() {
	[ -n "$1" ] && [ -x "$1" ] && say node "$("$1" --version 2>/dev/null) $1"
}
node_at "$root/current/node/bin/node"
node_at "$(command -v node 2>/dev/null)"
case \${SHELL##*/} in
bash | zsh | sh | ksh | dash) node_at "$("$SHELL" -lc 'command -v node' </dev/null 2>/dev/null | tail -n 1)" ;;
fish) node_at "$("$SHELL" -lc 'command -s node' </dev/null 2>/dev/null | tail -n 1)" ;;
esac
for node in "$HOME"/.nvm/versions/node/*/bin/node /usr/local/bin/node /opt/homebrew/bin/node; do
	node_at "$node"
done
parent=$HOME
[ -d "$root" ] && parent=$root
say freekb "$(df -Pk "$parent" 2>/dev/null | awk 'NR==2 {print $4}')"
if command -v loginctl >/dev/null 2>&1; then
	say linger "$(loginctl show-user "$(id -un)" --property=Linger --value 2>/dev/null)"
fi
say end yes
`;

/** `~/x` as the host's shell expands it; everything else as it is. */
export const homePath = (file: string): string =>
	file === '~'
		? '"$HOME"'
		: file.startsWith('~/')
			? `"$HOME"/${quote(file.slice(2))}`
			: quote(file);

const absolute = v.pipe(v.string(), v.maxLength(4096), v.regex(/^\/[^\0\n\r]*$/));

const probeSchema = v.object({
	platform: v.string(),
	arch: v.string(),
	home: absolute,
	/** Where versions are kept. */
	root: absolute,
	program: absolute,
	/** What the program's name points to, where it is a symlink. */
	link: v.nullable(v.string()),
	exists: v.boolean(),
	/** What the program says its version is. */
	version: v.nullable(v.string()),
	/** The folder of the version that is switched on. */
	current: v.nullable(absolute),
	isMusl: v.boolean(),
	tools: v.set(v.string()),
	/** Runtimes found, the preferred first. */
	nodes: v.array(v.object({path: absolute, major: v.number(), minor: v.number()})),
	freeBytes: v.nullable(v.number()),
	linger: v.nullable(v.boolean()),
});

/** What there is on a host, before anything of it is changed. */
export type HostProbe = v.InferOutput<typeof probeSchema>;

/** Reads what the script printed. Throws `failed` when it did not come to its end. */
export const parseProbe = (output: string): HostProbe => {
	const said = new Map<string, string[]>();
	for (const line of output.split(/\r?\n/)) {
		const at = line.indexOf(mark);
		if (at === -1) continue;
		const [, name = '', value = ''] = /^([a-z]+)=(.*)$/.exec(line.slice(at + mark.length)) ?? [];
		said.set(name, [...(said.get(name) ?? []), plainText(value, 4096)]);
	}

	const first = (name: string): string | null => said.get(name)?.[0] || null;
	const [system = '', machine = ''] = (first('system') ?? '').split(' ');
	const parsed = v.safeParse(probeSchema, {
		platform: platforms[system] ?? system.toLowerCase(),
		arch: arches[machine] ?? machine,
		home: first('home'),
		root: first('root'),
		program: first('program'),
		link: first('link'),
		exists: first('exists') === 'yes',
		version: first('version'),
		current: first('current'),
		isMusl: first('libc') === 'musl',
		tools: new Set(said.get('tool')),
		nodes: (said.get('node') ?? []).flatMap(parseNode),
		freeBytes: Number(first('freekb') ?? Number.NaN) * 1024 || null,
		linger: first('linger') === null ? null : first('linger') === 'yes',
	});
	if (first('end') === 'yes' && parsed.success) return parsed.output;
	throw new FleetError(
		'failed',
		'the host could not be looked at: its shell printed nothing of use',
		{
			hint: 'Log in by ssh and see whether `sh` works there.',
		},
	);
};

const platforms: Record<string, string> = {Linux: 'linux', Darwin: 'darwin', FreeBSD: 'freebsd'};
const arches: Record<string, string> = {
	x86_64: 'x64',
	amd64: 'x64',
	aarch64: 'arm64',
	arm64: 'arm64',
	armv7l: 'arm',
};

const parseNode = (text: string): HostProbe['nodes'] => {
	const match = /^v(\d+)\.(\d+)\.\S+ (\/.+)$/.exec(text);
	return match ? [{major: Number(match[1]), minor: Number(match[2]), path: match[3]!}] : [];
};

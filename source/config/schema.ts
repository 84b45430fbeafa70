import * as v from 'valibot';
import {addressForm, isAddress} from './address.ts';
import {splitCommand} from './command-line.ts';
import {parseDetachKey} from './detach-key.ts';
import {parseQuietHours} from './quiet-hours.ts';

// remote.toml as it is written. Each message says what was expected, without the value: a
// value may be a secret that stands in the wrong place.

const words = v.pipe(
	v.string('expected a string'),
	v.nonEmpty('expected a string that is not empty'),
	v.check(value => !value.includes('\0'), 'expected a string without NUL characters'),
);
const text = (limit: number) =>
	v.pipe(words, v.maxLength(limit, `expected at most ${limit} characters`));
const flag = v.boolean('expected true or false');
const choice = <const T extends readonly string[]>(...options: T) =>
	v.picklist(options, `expected ${options.map(option => `"${option}"`).join(' or ')}`);
const list = <S extends v.GenericSchema>(item: S, what: string) =>
	v.array(item, `expected an array of ${what}`);
const table = <E extends v.ObjectEntries>(entries: E) =>
	v.strictObject(entries, 'expected a table');
const strings = list(words, 'strings');
const argv = v.pipe(strings, v.minLength(1, 'expected a program and its arguments'));

/** The name of a remote, a role or a credential: it stands in commands and on the screen. */
const name = v.pipe(
	v.string(),
	v.regex(
		/^[\p{L}\p{N}_][\p{L}\p{N}._@:+-]{0,99}$/u,
		'expected a name of letters, digits, dots, dashes and underscores',
	),
);
const named = <S extends v.GenericSchema>(schema: S, what: string) =>
	v.optional(v.record(name, schema, `expected tables [${what}.NAME]`), {});
const environmentName = v.pipe(
	v.string('expected a string'),
	v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable'),
);

const localPath = v.pipe(
	text(4096),
	v.regex(/^(?:~$|~\/|\/)/, 'expected an absolute path, or one that starts with ~/'),
);
const hostPath = v.pipe(
	localPath,
	v.check(path => !path.split('/').includes('..'), 'expected a path without `..`'),
);

const hasDash = (value: string) => value.split('@').some(part => part.startsWith('-'));
const destination = v.pipe(
	text(1000),
	v.check(
		value => !hasDash(value),
		'expected a host that does not begin with a dash (ssh would read it as an option)',
	),
	// What was complained of already is not complained of twice.
	v.check(value => value === '' || hasDash(value) || isAddress(value), `expected ${addressForm}`),
);

const syncRule = {
	local: localPath,
	remote: hostPath,
	exclude: v.optional(strings, []),
	git: v.optional(choice('exclude', 'include'), 'exclude'),
	dereference_symlinks: v.optional(flag, false),
	max_delete: v.optional(
		v.pipe(
			v.number('expected a whole number'),
			v.integer('expected a whole number'),
			v.minValue(0, 'expected 0 or more'),
		),
		200,
	),
	include_secrets: v.optional(strings, []),
};
const syncUp = table({...syncRule, owner: v.optional(choice('local'), 'local')});
const syncBidi = table({
	...syncRule,
	owner: v.optional(choice('local', 'remote'), 'local'),
	conflict: v.optional(choice('keep-both', 'owner'), 'keep-both'),
});

const remote = table({
	ssh: destination,
	remote_path: v.optional(v.pipe(text(4096), notAnOption())),
	remote_jackin_path: v.optional(v.pipe(text(4096), notAnOption())),
	sync_interval_seconds: v.optional(
		v.pipe(
			v.number('expected a number of seconds'),
			v.minValue(0.1, 'expected at least 0.1 seconds'),
			v.maxValue(86_400, 'expected at most 86400 seconds, a day'),
		),
		2,
	),
	tags: v.optional(list(text(100), 'strings'), []),
	ssh_config: v.optional(localPath),
	transport: v.optional(choice('ssh', 'openssh'), 'ssh'),
	sync_up: v.optional(list(syncUp, 'tables ([[…sync_up]])'), []),
	sync_bidi: v.optional(list(syncBidi, 'tables ([[…sync_bidi]])'), []),
	install: v.optional(table({command: v.optional(text(64 * 1024))}), {}),
});

const credential = table({
	env: v.optional(environmentName),
	command: v.optional(argv),
	file: v.optional(localPath),
	op: v.optional(v.pipe(words, v.regex(/^op:\/\/\S/, 'expected a reference like op://vault/item'))),
	as: v.optional(environmentName),
});

const role = table({
	agent: v.optional(v.pipe(words, v.regex(/^[\w.-]{1,40}$/, 'expected the name of an agent kind'))),
	command: v.optional(argv),
	args: v.optional(list(v.string('expected a string'), 'strings'), []),
	cwd: v.optional(hostPath),
	prompt: v.optional(text(256 * 1024)),
	credentials: v.optional(strings, []),
	env: v.optional(
		v.record(environmentName, v.string('expected a string'), 'expected a table of strings'),
		{},
	),
	notify: v.optional(flag, true),
});

const policy = v.optional(choice('allow', 'ask', 'deny'), 'allow');
const opener = (needsTarget: boolean) =>
	v.pipe(
		v.union([v.string(), v.array(v.string())], 'expected a string, or an array of strings'),
		v.rawTransform(({dataset, addIssue, NEVER}) => {
			const given = dataset.value;
			const split = typeof given === 'string' ? splitCommand(given) : {argv: given};
			const problem = 'problem' in split ? split.problem : targetProblem(split.argv, needsTarget);
			if (problem === undefined && 'argv' in split) return split.argv;
			addIssue({message: `expected a program and its arguments: it ${problem!}`});
			return NEVER;
		}),
	);

export const fileSchema = table({
	remote: named(remote, 'remote'),
	credential: named(credential, 'credential'),
	role: named(role, 'role'),
	handler: v.optional(
		table({
			web: v.optional(table({command: v.optional(opener(true)), policy}), {}),
			ide: v.optional(
				table({
					tool: v.optional(v.pipe(text(4096), notAnOption())),
					command: v.optional(opener(true)),
					policy,
				}),
				{},
			),
			diff: v.optional(table({command: v.optional(opener(false)), policy}), {}),
		}),
		{},
	),
	ui: v.optional(
		table({
			detach_key: v.optional(
				v.pipe(
					words,
					v.check(
						key => parseDetachKey(key) !== undefined,
						'expected a control key that no program needs, like "ctrl-\\\\" or "ctrl-]"',
					),
				),
				'ctrl-\\',
			),
			notify: v.optional(list(choice('bell', 'osc9', 'osc777', 'desktop'), 'ways to notify'), [
				'bell',
				'osc9',
			]),
			mouse: v.optional(flag, true),
			preview: v.optional(choice('auto', 'beside', 'below', 'none'), 'auto'),
			local_echo: v.optional(choice('auto', 'always', 'never'), 'auto'),
			quiet_hours: v.optional(
				v.pipe(
					words,
					v.check(
						span => parseQuietHours(span) !== undefined,
						'expected a span of the day like "22:00-07:00"',
					),
				),
			),
		}),
		{},
	),
});

/** remote.toml, well formed, before its parts are checked against each other. */
export type ConfigFile = v.InferOutput<typeof fileSchema>;

function notAnOption() {
	return v.check<string, string>(
		value => !value.startsWith('-'),
		'expected something that does not begin with a dash',
	);
}

function targetProblem(args: readonly string[], needsTarget: boolean): string | undefined {
	const [program] = args;
	if (program === undefined || program === '') return 'names no program';
	if (program.startsWith('-') || program === '{}') return 'does not begin with a program';
	if (args.some(part => part.includes('\0'))) return 'holds a NUL character';
	const targets = args.filter(part => part === '{}').length;
	if (args.some(part => part !== '{}' && part.includes('{}'))) {
		return 'has {} inside an argument; it must be a whole argument';
	}

	if (targets > 1) return 'has {} more than once';
	return needsTarget && targets === 0 ? 'has no {} for what is opened' : undefined;
}

import {describe, expect, test} from 'vitest';
import {absence} from '../../source/agents/absence.ts';
import type {LaunchContext} from '../../source/agents/kind.ts';
import {agentKind, agentKinds} from '../../source/agents/registry.ts';
import {interactiveShell} from '../../source/agents/shell.ts';

const context: LaunchContext = {
	cwd: '/srv/app',
	home: '/home/u',
	prompt: null,
	args: [],
	scratch: '/state/agents/a',
	shell: '/bin/bash',
	env: {},
	secrets: [],
	readFile: () => null,
};

test('every kind has a name of its own and, but for the shell, a way to get it', () => {
	expect(new Set(agentKinds.map(({name}) => name)).size).toBe(agentKinds.length);
	for (const {name, program, install} of agentKinds) {
		expect([name, program === null, install === null]).toEqual([
			name,
			name === 'shell',
			name === 'shell',
		]);
	}
});

test('an unknown kind names those that exist', () => {
	expect(() => agentKind('cluade')).toThrow('cluade');
	try {
		agentKind('cluade');
	} catch (error) {
		expect((error as {hint: string}).hint).toContain('claude, codex, opencode');
	}
});

describe.each(agentKinds.filter(({program}) => program !== null))('$name', kind => {
	test('starts its program, the person’s arguments behind ours', () => {
		const {argv} = kind.plan({...context, args: ['--model', 'x']});
		expect(argv[0]).toBe(kind.program);
		expect(argv.slice(-2)).toEqual(['--model', 'x']);
	});

	test('gets its prompt as the end of the command line, even one that looks like a flag', () => {
		const plan = kind.plan({...context, args: ['--model', 'x'], prompt: '--version\nand more'});
		expect(plan.typed).toBeUndefined();
		expect(plan.argv.at(-1)).toMatch(/^(--prompt[a-z-]*=)?--version\nand more$/);
		if (plan.argv.at(-1) === '--version\nand more') expect(plan.argv.at(-2)).toBe('--');
	});

	test('has a prompt typed that no argument can hold', () => {
		const prompt = 'é'.repeat(60 * 1024);
		const plan = kind.plan({...context, prompt});
		expect(plan.typed).toBe(prompt);
		expect(plan.argv.join('')).not.toContain('é');
	});

	test('gives way to a command of the person’s own, and has its prompt typed', () => {
		const plan = kind.plan({...context, command: ['my-wrapper', '-v'], args: ['x'], prompt: 'hi'});
		expect(plan.argv).toEqual(['my-wrapper', '-v', 'x']);
		expect(plan.typed).toBe('hi');
	});

	test('writes its settings nowhere but into its own folder', () => {
		for (const file of Object.keys(kind.plan(context).files ?? {})) {
			expect(file.startsWith(`${context.scratch}/`)).toBe(true);
		}
	});

	test('that is missing says so, and how to get it', () => {
		expect(absence(kind, 'dev-server').message).toBe(
			`${kind.program} is not installed on dev-server: ${kind.install}`,
		);
	});
});

describe('shell', () => {
	const shell = agentKind('shell');

	test('is the login shell, or the command that follows', () => {
		expect(shell.plan(context).argv).toEqual(['/bin/bash']);
		expect(shell.plan({...context, args: ['node', 'print.js']}).argv).toEqual(['node', 'print.js']);
		expect(shell.plan({...context, command: ['make'], args: ['-j2']}).argv).toEqual([
			'make',
			'-j2',
		]);
	});

	test('has its prompt typed', () => {
		expect(shell.plan({...context, prompt: 'ls'}).typed).toBe('ls');
		expect(shell.plan({...context, prompt: '  '}).typed).toBeUndefined();
	});

	test.each([
		[['/bin/bash', '-l'], 'bash'],
		[['zsh'], 'zsh'],
		[['bash', '--norc', '-i'], 'bash'],
		[['bash', '-c', 'make'], null],
		[['bash', 'script.sh'], null],
		[['node'], null],
		[[], null],
	])('%j sits at a prompt as %s', (argv, name) => {
		expect(interactiveShell(argv)).toBe(name);
	});
});

describe('a key that the program asks for itself', () => {
	const secrets = (names: string[], files: Record<string, string> = {}, env = {}) => ({
		secrets: names,
		env,
		readFile: (file: string) => files[file] ?? null,
	});
	const plan = (kind: string, change: Partial<LaunchContext>) =>
		agentKind(kind).plan({...context, ...change});
	const pipe = (name: string) => ({[name]: `/state/agents/a/keys/${name}`});

	test('is a helper in the settings of claude, unless the person gives settings', () => {
		const found = plan('claude', secrets(['GH_TOKEN', 'ANTHROPIC_API_KEY']));
		expect(found.keys).toEqual(pipe('ANTHROPIC_API_KEY'));
		expect(JSON.parse(found.files!['/state/agents/a/claude.json']!)).toMatchObject({
			apiKeyHelper: `'/bin/sh' '/state/agents/a/keys/ANTHROPIC_API_KEY.sh'`,
		});
		const given = secrets(['ANTHROPIC_API_KEY']);
		expect(plan('claude', {...given, args: ['--settings', 'x']}).keys).toBeUndefined();
		expect(plan('claude', {...given, command: ['wrapper']}).keys).toBeUndefined();
		expect(plan('claude', secrets(['GH_TOKEN'])).keys).toBeUndefined();
	});

	test('is a file that opencode reads, unless the person names a configuration', () => {
		const names = ['ANTHROPIC_API_KEY', 'STUB_KEY', 'OPENAI_API_KEY'];
		const found = plan('opencode', secrets(names));
		expect(found.keys).toEqual({...pipe('ANTHROPIC_API_KEY'), ...pipe('OPENAI_API_KEY')});
		expect(found.env['OPENCODE_CONFIG']).toBe('/state/agents/a/opencode.json');
		expect(JSON.parse(found.files!['/state/agents/a/opencode.json']!)).toEqual({
			provider: {
				anthropic: {options: {apiKey: '{file:/state/agents/a/keys/ANTHROPIC_API_KEY}'}},
				openai: {options: {apiKey: '{file:/state/agents/a/keys/OPENAI_API_KEY}'}},
			},
		});
		const own = secrets(names, {}, {OPENCODE_CONFIG: '/x'});
		expect(plan('opencode', own).keys).toBeUndefined();
	});

	test('is a command of the provider that codex uses', () => {
		const config = (text: string) => ({'/home/u/.codex/config.toml': text});
		const auth = `"auth" = {"command" = "/bin/sh", "args" = ["/state/agents/a/keys/OPENAI_API_KEY.sh"], "timeout_ms" = 10000}`;
		const plain = plan('codex', secrets(['OPENAI_API_KEY']));
		expect(plain.argv.slice(1)).toEqual([
			'-c',
			`model_providers.fleet={"name" = "OpenAI", "base_url" = "https://api.openai.com/v1", "wire_api" = "responses", ${auth}}`,
			'-c',
			'model_provider=fleet',
		]);
		const text = `model_provider = "mine"\n[model_providers.mine]\nname = "Mine"\nbase_url = "https://mine/v1"\nenv_key = "MINE_KEY"\nquery_params = {v = "1"}\n`;
		const mine = plan('codex', secrets(['MINE_KEY'], config(text)));
		expect(mine.keys).toEqual(pipe('MINE_KEY'));
		expect(mine.argv[2]).toContain(
			'{"name" = "Mine", "base_url" = "https://mine/v1", "query_params" = {"v" = "1"}, "auth" = {',
		);
		for (const change of [
			secrets(['OPENAI_API_KEY'], config(text)),
			secrets(['OPENAI_API_KEY'], config('profile = "x"')),
			secrets(['OPENAI_API_KEY'], config('no toml')),
			{...secrets(['OPENAI_API_KEY']), args: ['--oss']},
			{...secrets(['OPENAI_API_KEY']), args: ['-c', 'model_provider=x']},
		]) {
			expect(plan('codex', change).keys).toBeUndefined();
		}
	});
});

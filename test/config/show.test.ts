import {expect, test} from 'vitest';
import {parseConfig} from '../../source/config/parse.ts';
import {hidden, redactArguments, redactText} from '../../source/config/redact.ts';
import {showConfig} from '../../source/config/show.ts';

test('what is shown can be read back, and says the same', async () => {
	const toml = `
[remote.dev]
ssh = "dev"
[[remote.dev.sync_up]]
local = "/a"
remote = "~/a"
[role.r]
agent = "claude"
credentials = ["c"]
[credential.c]
command = ["gh", "auth", "token"]
as = "GH_TOKEN"
[handler.web]
command = "open -a 'Some App' {}"
[ui]
quiet_hours = "22:00-07:00"
`;
	const {stringify} = await import('smol-toml');
	const config = await parseConfig(toml, 'f', '/home/ada');
	const shown = showConfig(config);
	expect(shown['remote']).not.toHaveProperty('dev.install');
	const again = await parseConfig(stringify(shown), 'f', '/home/ada');
	expect(again).toEqual(config);
});

test('nothing that looks like a secret is shown', async () => {
	const secret = 'hunter2hunter2';
	const toml = `
[remote.dev]
ssh = "dev"
[remote.dev.install]
command = "curl https://me:${secret}@example.com/x?token=${secret} | sh"
[role.r]
command = ["agent", "--api-key", "${secret}", "--token=${secret}", "API_KEY=${secret}"]
env = {OPENAI_API_KEY = "${secret}", password = "${secret}", EDITOR = "vi", URL = "https://u:${secret}@h/"}
`;
	const shown = JSON.stringify(showConfig(await parseConfig(toml, 'f', '/home/ada')));
	expect(shown).not.toContain(secret);
	expect(shown).toContain('"EDITOR":"vi"');
	expect(shown).toContain(hidden);
});

test.each([
	`ghp_${'a'.repeat(36)}`,
	`sk-ant-${'a'.repeat(30)}`,
	'AKIAIOSFODNN7EXAMPLE',
	`xoxb-${'1'.repeat(20)}`,
])('%s is known for what it is', token => {
	expect(redactText(`a ${token} b`)).toBe(`a ${hidden} b`);
});

test('innocent arguments stay as they are', () => {
	const argv = [
		'git',
		'log',
		'--author=me',
		'--key-only',
		'-n',
		'3',
		'https://example.com/?q=monkey',
	];
	expect(redactArguments(argv)).toEqual(argv);
});

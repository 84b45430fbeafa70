import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {startLaptop} from '../harness/laptop.ts';

describe('a role', () => {
	test('is an agent with its folder, prompt, environment and credentials', async () => {
		const laptop = await startLaptop({
			config: [
				'[credential.token]',
				'command = ["printf", "%s", "four"]',
				'as = "TOKEN"',
				'[role.reader]',
				'agent = "shell"',
				'command = ["sh", "-c", "echo $PWD $GREETING ${#TOKEN}; read line; echo got $line; sleep 1000"]',
				'cwd = "~/app"',
				'prompt = "the first task"',
				'credentials = ["token"]',
				'env = { GREETING = "hello" }',
			].join('\n'),
		});
		await mkdir(path.join(laptop.hostHome, 'app'));
		expect(await laptop.console('load', 'reader')).toMatchObject({code: 0});
		await expect
			.poll(async () => (await laptop.console('screen', 'reader')).stdout.replaceAll('\n', ''), {
				timeout: 20_000,
			})
			.toMatch(/host\/app hello 4.*got the first task/);
		const {agents} = (await laptop.json('list')) as {agents: Array<Record<string, unknown>>};
		expect(agents).toMatchObject([{name: 'reader', role: 'reader', agent: 'shell'}]);
		// What is asked for on the command line goes before the role's own.
		expect(
			await laptop.console('load', 'reader', '--name', 'other', '--cwd', '/tmp'),
		).toMatchObject({code: 0});
		await expect
			.poll(async () => (await laptop.console('screen', 'other')).stdout, {timeout: 20_000})
			.toContain('/tmp hello 4');
	});

	test('works in a file that was written for the original design', async () => {
		const laptop = await startLaptop();
		const config = await readFile(laptop.configFile, 'utf8');
		await writeFile(
			laptop.configFile,
			[
				config.replace('remote_path', 'remote_jackin_path'),
				'sync_interval_seconds = 5',
				'[remote.dev-server.install]',
				'command = "true"',
				'[role.the-architect]',
				'command = ["sh", "-c", "echo at work; sleep 1000"]',
			].join('\n'),
		);
		expect(await laptop.console('load', 'the-architect')).toMatchObject({code: 0});
		await expect
			.poll(async () => (await laptop.console('screen', 'the-architect')).stdout, {
				timeout: 20_000,
			})
			.toContain('at work');
	});

	test('that nobody knows: those that there are, and exit code 4', async () => {
		const laptop = await startLaptop({
			config: '[role.reader]\ncommand = ["cat"]\n[role.writer]\ncommand = ["cat"]',
		});
		const {code, stderr} = await laptop.console('load', 'raeder');
		expect(code).toBe(4);
		expect(stderr).toMatch(/no role or agent kind `raeder`/);
		expect(stderr).toMatch(/Did you mean `reader`/);
		expect(stderr).toMatch(/reader.*writer.*claude.*codex.*opencode/);
	});
});

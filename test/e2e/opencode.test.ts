import {execFile} from 'node:child_process';
import {mkdir, access} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';
import {startLaptop} from '../harness/laptop.ts';

const run = promisify(execFile);
const version = '1.18.33';

/** A real agent program, installed once into a cache of the user's. */
const installOpencode = async (): Promise<string> => {
	const cache =
		process.env['FLEET_AGENT_CACHE'] ?? path.join(os.homedir(), '.cache/fleet-console/agents');
	const folder = path.join(cache, `opencode-ai-${version}`);
	const bin = path.join(folder, 'node_modules/.bin');
	await access(path.join(bin, 'opencode')).catch(async () => {
		await mkdir(folder, {recursive: true});
		await run(
			'npm',
			['install', '--prefix', folder, '--no-audit', '--no-fund', `opencode-ai@${version}`],
			{
				timeout: 300_000,
			},
		);
	});
	return bin;
};

test('a real opencode is loaded on the host, seen and attached from the laptop', async () => {
	const bin = await installOpencode();
	const laptop = await startLaptop();
	const quiet = [
		'OPENCODE_DISABLE_AUTOUPDATE=1',
		'OPENCODE_DISABLE_MODELS_FETCH=1',
		'OPENCODE_DISABLE_LSP_DOWNLOAD=1',
		'OPENCODE_DISABLE_DEFAULT_PLUGINS=1',
		'npm_config_offline=true',
	];
	await laptop.json(
		...['load', 'shell', '--name', 'opencode', '--'],
		...['env', ...quiet, path.join(bin, 'opencode')],
	);
	const screen = await laptop.open(['attach', 'opencode']);
	await screen.shows(/Ask anything|opencode/i, 90_000);
	await screen.type('hello from the laptop');
	await screen.shows('hello from the laptop');
	await screen.press('C-\\');
	expect(await screen.ended()).toBe(0);
	const shown = await laptop.console('screen', 'opencode');
	expect(shown.stdout).toContain('hello from the laptop');
}, 480_000);

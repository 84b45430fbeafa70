import path from 'node:path';
import {expect, test} from 'vitest';
import {startLaptop} from '../harness/laptop.ts';
import {install} from '../real-agents/install.ts';
import {programOf} from '../real-agents/programs.ts';

test('a real opencode is loaded on the host, seen and attached from the laptop', async () => {
	const bin = await install(programOf('opencode'));
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

// The console as a person has it: the real program, a real terminal, a real host.
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {startLaptop, type Laptop} from '../harness/laptop.ts';
import {childrenOf} from '../harness/processes.ts';
import {until} from '../harness/until.ts';

/** Two shells to attend. */
const withShells = async (): Promise<Laptop> => {
	const laptop = await startLaptop();
	for (const name of ['one', 'two']) {
		const bash = ['env', `PS1=${name}$ `, 'bash', '--norc', '-i'];
		await laptop.json('load', 'shell', '--name', name, '--', ...bash);
	}

	// One that still starts stands above the other, and would keep the cursor.
	await until(async () => {
		const {agents} = (await laptop.json('list')) as {agents: Array<{state: string}>};
		return agents.every(({state}) => state === 'unknown');
	}, 'both settled');
	return laptop;
};

// Each has a host of its own to start.
describe('the console over SSH', {timeout: 60_000}, () => {
	test('steps into an agent and out again, twice, hears every key after, and leaves the agents running', async () => {
		const laptop = await withShells();
		const screen = await laptop.openFromShell();
		await screen.shows(/dev-server ● live/);
		await screen.shows('▸ one');
		for (const word of ['first', 'second']) {
			await screen.press('Enter');
			await screen.shows(text => text.includes('one$') && !text.includes('AGENT'));
			await screen.type(`echo ${word} visit, müßig 漢字\n`);
			await screen.shows(new RegExp(`^${word} visit, müßig 漢字`, 'm'));
			await screen.press('C-\\');
			await screen.shows('AGENT');
		}

		await screen.press('j');
		await screen.shows('▸ two');
		await screen.press('k');
		await screen.shows('▸ one');
		await screen.shows('second visit');
		await screen.press('/');
		await screen.type('two');
		await screen.press('Enter');
		await screen.showsNo(/^.{0,4}one /m);
		await screen.press('Escape');
		await screen.shows(/^.{0,4}one /m);
		await screen.press('q');
		await screen.shows(text => !text.includes('AGENT') && text.includes('ready$'));
		expect(await screen.format('#{alternate_on}#{mouse_any_flag}')).toBe('00');
		expect(await screen.format('#{pane_title}')).not.toContain('dev-server');
		const {agents} = (await laptop.json('list')) as {agents: Array<{name: string; state: string}>};
		expect(agents.map(agent => agent.name).sort()).toEqual(['one', 'two']);
		expect(agents.every(agent => agent.state !== 'exited')).toBe(true);
	});

	test('starts, prompts, stops and forgets an agent by keys', async () => {
		const laptop = await startLaptop();
		const screen = await laptop.open();
		await screen.shows('No agents on dev-server yet');
		await screen.press('n');
		await screen.shows('New agent on dev-server');
		await screen.shows('What    ‹');
		await screen.type('s');
		await screen.shows('‹ shell ›');
		await screen.press('Tab');
		await screen.type('three');
		await screen.press('Enter');
		await screen.shows('▸ three');
		await screen.press('p');
		await screen.shows('Prompt for three');
		await screen.type('echo prompted: $((6*7))');
		await screen.press('Enter');
		await screen.shows('prompted: 42');
		await screen.press('x');
		await screen.shows('Stop three?');
		await screen.press('y');
		await screen.shows(/▸ three +✗ exited/);
		await screen.press('D');
		await screen.shows('Remove three?');
		await screen.press('y');
		await screen.showsNo('three');
		await screen.press('q');
		expect(await screen.ended()).toBe(0);
	});

	test('answers a program that says it is blocked and lists its choices', async () => {
		const laptop = await startLaptop();
		const report = `printf '\\033]7501;state=blocked:kind=question:msg=%s\\033\\\\' "$(printf 'Which colour?' | base64)"`;
		const program = `echo '1. Red'; echo '2. Blue'; ${report}; read answer; echo "painted in $answer"; sleep 1000`;
		await laptop.json('load', 'shell', '--name', 'painter', '--', 'sh', '-c', program);
		const screen = await laptop.open();
		await screen.shows(/painter +◆ blocked .*Which colour\?/);
		// Its choices are read off its screen a moment later.
		await screen.shows(/a answer/);
		await screen.press('a');
		await screen.shows('painter asks');
		await screen.press('2');
		await screen.shows('painted in 2');
	});

	test('scrolls back in what an agent said, by keys and by the wheel', async () => {
		const laptop = await withShells();
		await laptop.console('send', 'one', 'for i in $(seq 300); do echo said $i.; done');
		const screen = await laptop.open();
		await screen.shows('said 300.');
		await screen.press('K');
		await screen.shows(/↑ \d+ lines/);
		await screen.showsNo('said 300.');
		await screen.press('Escape');
		await screen.shows('said 300.');
		expect(await screen.format('#{mouse_any_flag}')).toBe('1');
		await screen.type('\u001B[<64;100;10M');
		await screen.shows('↑ 3 lines');
		await screen.type('\u001B[<0;10;4M\u001B[<0;10;4m');
		await screen.shows('▸ two');
	});

	test('is stopped by Ctrl-Z and comes back as it was', async () => {
		const laptop = await withShells();
		const screen = await laptop.openFromShell();
		await screen.shows('▸ one');
		await screen.press('C-z');
		await screen.shows('Stopped');
		expect(await screen.format('#{alternate_on}#{mouse_any_flag}')).toBe('00');
		await screen.type('echo in the shell\n');
		await screen.shows(/^in the shell/m);
		await screen.type('fg\n');
		await screen.shows('▸ one');
		await screen.press('j');
		await screen.shows('▸ two');
	});

	test('follows the terminal’s size down to a side pane and up again', async () => {
		const laptop = await withShells();
		const screen = await laptop.open();
		await screen.shows('▸ one');
		await screen.resize(40, 12);
		await screen.shows(text => !text.includes('AGENT') && text.includes('one'));
		await screen.resize(200, 50);
		const text = await screen.shows(/AGENT.*│ one/);
		expect(text.split('\n')).toHaveLength(50);
	});

	test('killed, it leaves the terminal as it was', async () => {
		const laptop = await withShells();
		const screen = await laptop.openFromShell();
		await screen.shows('▸ one');
		for (const pid of await childrenOf(await screen.pid())) process.kill(pid, 'SIGTERM');
		await screen.shows(text => !text.includes('AGENT') && text.includes('ready$'));
		expect(await screen.format('#{alternate_on}#{mouse_any_flag}')).toBe('00');
		await screen.type('stty -a | grep -o " icanon\\| echo\\b" | tr -d "\\n"; echo .\n');
		await screen.shows(/ icanon echo\./);
	});

	test.each(['q', 'SIGTERM'] as const)(
		'left by %s, it takes no key that is typed while it ends',
		async how => {
			const laptop = await startLaptop();
			const [preload, go] = ['hold-exit.mjs', 'go'].map(name => path.join(laptop.folder, name));
			// As while connections are closed on a busy machine: it ends no sooner than the test says.
			await writeFile(
				preload!,
				`import {existsSync} from 'node:fs';
			const {exit} = process;
			process.exit = code => {
				process.stderr.write('leaving\\n');
				setInterval(() => existsSync('${go}') && exit(code), 10);
			};`,
			);
			const screen = await laptop.openFromShell({env: {NODE_OPTIONS: `--import=${preload}`}});
			await screen.shows('q quit');
			if (how === 'q') await screen.press('q');
			else for (const pid of await childrenOf(await screen.pid())) process.kill(pid, how);
			await screen.shows('leaving');
			await screen.type('echo typed-$((40+2))\n');
			// It has been handed over to whoever reads: the terminal shows what is typed.
			await screen.shows('echo typed-$((40+2))');
			await writeFile(go!, '');
			await screen.shows('typed-42');
		},
	);

	test('is read without a terminal', async () => {
		const laptop = await withShells();
		const {code, stdout} = await laptop.console();
		expect(stdout).toMatch(/one +shell/);
		expect(stdout).not.toContain('\u001B');
		expect(code).toBe(0);
	});

	test('on this machine, it names the remotes to who looks for their agents here', async () => {
		const laptop = await startLaptop();
		const screen = await laptop.openLocally();
		await screen.shows('No agents on this machine yet');
		await screen.shows('console --remote dev-server');
		await screen.press('q');
		expect(await screen.ended()).toBe(0);
	});
});

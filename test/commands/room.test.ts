import {expect, test} from 'vitest';
import type {CommandContext} from '../../source/commands/command.ts';
import {explain} from '../../source/commands/explain.ts';
import {flow} from '../../source/commands/room.ts';

test('parts of a line stay whole, each where there is room for it', () => {
	const parts = ['dev-server ● live 3 ms  ', '◆ 2 need you · ', '✓ 1 done  ', 'sync 5s'].map(
		text => [[text]] as const,
	);
	const lines = (room: number) =>
		flow(
			parts.map(part => [...part]),
			room,
		).map(line =>
			line
				.map(([text]) => text)
				.join('')
				.trimEnd(),
		);
	expect(lines(Infinity)).toEqual(['dev-server ● live 3 ms  ◆ 2 need you · ✓ 1 done  sync 5s']);
	expect(lines(40)).toEqual(['dev-server ● live 3 ms  ◆ 2 need you ·', '✓ 1 done  sync 5s']);
	expect(lines(10)).toHaveLength(4);
});

test('what was seen of an agent is not broken within words, however narrow the terminal', async () => {
	const at = new Date().toISOString();
	const evidence = (source: string, detail: string) => ({
		source,
		state: 'idle',
		strength: 50,
		at,
		detail,
	});
	const explanation = {
		id: 'a',
		name: 'docs',
		state: 'idle',
		since: at,
		rule: 'the strongest evidence that is fresh (foreground)',
		evidence: [evidence('foreground', 'bash is at its prompt, and has been there for a while')],
		overruled: [evidence('process', '')],
		dropped: [{why: 'too many', count: 3, lastAt: at}],
	};
	const printed = async (columns: number) => {
		const lines: string[] = [];
		const context = {
			stdout: {isTTY: true, columns},
			signal: new AbortController().signal,
			json: false,
			client: async () => ({json: async () => explanation}),
			print: (line: string) => lines.push(line),
		};
		await explain.run(context as unknown as CommandContext, {
			arguments: ['docs'],
			flags: {},
			rest: [],
		});
		return lines.map(line => line.replaceAll(/\u001B\[[0-9;]*m/g, ''));
	};

	const words = explanation.evidence[0]!.detail.split(' ');
	for (const columns of [40, 80, 120]) {
		const lines = await printed(columns);
		for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
		const said = lines.join(' ').split(/ +/);
		for (const word of words) expect(said, `${columns}: ${lines.join('\n')}`).toContain(word);
	}

	expect(await printed(120)).toContainEqual(
		expect.stringMatching(/^ {2}foreground {4}idle {7}50 .* bash is at its prompt, and has been/),
	);
});

import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {followCost, statusLine} from '../../source/agents/claude/status-line.ts';
import {readClaudeTranscript} from '../../source/agents/claude/transcript.ts';

const told = (cost: number) => JSON.stringify({model: {id: 'opus'}, cost: {total_cost_usd: cost}});

/** The status line of a launch, written as the daemon writes it. */
const place = async (own: Record<string, string> = {}) => {
	const scratch = await mkdtemp("/tmp/fs 'q-");
	onTestFinished(() => rm(scratch, {recursive: true, force: true}));
	const context = {
		...{scratch, cwd: '/srv/app', home: '/home/u', env: {}},
		readFile: (file: string) => own[file] ?? null,
	};
	const {setting, files} = statusLine(context);
	for (const [file, content] of Object.entries(files)) {
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, content);
	}

	const draw = (input: string): string =>
		execFileSync('/bin/sh', ['-c', String(setting['command'])], {input}).toString();
	return {scratch, setting, draw};
};

test('the status line keeps what the session costs, and shows nothing of its own', async () => {
	const {scratch, draw} = await place();
	const ending = new AbortController();
	const costs: number[] = [];
	const following = followCost(scratch, cost => costs.push(cost), ending.signal);
	expect(draw(told(0.5))).toBe('');
	await vi.waitFor(() => expect(costs).toEqual([0.5]));
	draw('no json');
	draw(told(1.25));
	await vi.waitFor(() => expect(costs.at(-1)).toBe(1.25));
	ending.abort();
	await following;
	expect((await readFile(path.join(scratch, 'status/now'), 'utf8')).length).toBeGreaterThan(0);
});

test('the person’s own status line is drawn as before, the nearest one', async () => {
	const line = (command: string) =>
		JSON.stringify({statusLine: {type: 'command', command, padding: 2}});
	const {draw, setting} = await place({
		'/home/u/.claude/settings.json': line('echo far'),
		'/srv/app/.claude/settings.json': line(`grep -o '"id":"[a-z]*"'; echo "it's mine"`),
	});
	expect(setting['padding']).toBe(2);
	expect(draw(told(2))).toBe('"id":"opus"\nit\'s mine\n');
});

test('a session that is taken up again says what it cost before', () => {
	const read = readClaudeTranscript();
	const [fact] = read({type: 'cost-state', totalCostUSD: 0.75}, true);
	expect(fact?.usage).toEqual({cost: 0.75, tokens: null});
});

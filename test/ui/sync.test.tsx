import {afterEach, beforeEach, expect, test} from 'vitest';
import {fakeHost, live} from '../../fixtures/fleet/fake-host.ts';
import type {OpenConflict} from '../../source/sync/desk.ts';
import {agent} from '../harness/agents.ts';
import {fakeSync, type FakeSync} from '../harness/fake-sync.ts';
import {closeScreens, key, openScreen, type Screen} from '../harness/screen.tsx';

let sync: FakeSync;
let screen: Screen;

const conflict = (name: string): OpenConflict => ({
	key: name,
	path: `/home/ann/dev/${name}.txt`,
	root: '/home/ann/dev',
	name: `${name}.txt`,
	copy: `/home/ann/dev/${name}.sync-conflict-20261120131509-remote.txt`,
	keeps: 'local',
	atMs: Date.now() - 60_000,
	kept: {path: `${name}.txt`, side: 'local', size: 1200, mtimeMs: Date.now() - 120_000},
	other: {
		path: `${name}.sync-conflict-20261120131509-remote.txt`,
		side: 'remote',
		size: 34,
		mtimeMs: Date.now() - 90_000,
	},
});

const start = async (size: {columns?: number; rows?: number} = {}): Promise<void> => {
	const host = fakeHost();
	host.services.sync = sync;
	screen = openScreen({columns: 120, rows: 30, ...size, host});
	host.link(live());
	host.snapshot([agent({id: 'a1', name: 'architect', state: 'working'})]);
	await screen.until('▸');
};

beforeEach(() => {
	sync = fakeSync();
});
afterEach(closeScreens);

const asked = (call: string) => expect.poll(() => sync.calls).toContain(call);

test('the header tells how sync is', async () => {
	await start();
	await screen.until('sync starting');
	sync.become({phase: 'in-step', since: Date.now(), inStepAt: Date.now()});
	await screen.until(/● sync in step/);
	sync.become({
		phase: 'moving',
		moving: {phase: 'moving', files: 3, totalFiles: 6, bytes: 500, totalBytes: 1000},
	});
	await screen.until(/⇅ sync ███░░░ 3\/6 500 B/);
	sync.become({
		phase: 'moving',
		moving: {phase: 'moving', files: 0, totalFiles: 0, bytes: 0, totalBytes: 0},
	});
	await screen.until(/⇅ sync moving/);
	sync.become({phase: 'waiting', moving: undefined});
	await screen.until('sync waits');
});

test('s syncs now', async () => {
	await start();
	screen.type('s');
	await asked('sync');
});

test('while the link is down s says that nothing comes of it, also on the screen of sync', async () => {
	await start();
	const error = {code: 'connection-lost', message: 'gone'} as const;
	const now = Date.now();
	screen.host.link({phase: 'reconnecting', since: now, attempt: 1, retryAt: now + 9000, error});
	await screen.until('reconnecting');
	screen.type('S');
	await screen.until('No conflicts.');
	screen.type('s');
	await screen.until('sync: dev-server is not connected now');
	expect(sync.calls).not.toContain('sync');
});

test.each([40, 60])('at %i columns the header still shows a rule that is halted', async columns => {
	await start({columns, rows: 14});
	screen.host.snapshot(
		(['blocked', 'done', 'working', 'idle', 'unknown', 'exited'] as const).map(state =>
			agent({id: state, name: state, state}),
		),
	);
	sync.become({
		phase: 'halted',
		halted: {kind: 'deletions', side: 'remote', count: 300, files: 900, limit: 200},
	});
	await screen.until(() => /23 ms +◆1 ✓1.* ■/.test(screen.line(0)));
});

test('a halted rule is said, explained on its screen, and goes on with A', async () => {
	await start();
	sync.become({
		phase: 'halted',
		halted: {kind: 'deletions', side: 'remote', count: 300, files: 900, limit: 200},
	});
	await screen.until('sync halted');
	await screen.until('300 deletions would be made on the host');
	screen.type('S');
	await screen.until('halted: 300 deletions would be made on the host');
	await screen.until('go on: what is deleted goes to the trash');
	screen.type('A');
	await asked('allow');
});

test('conflicts are listed with both sides’ size, compared with d, and resolved by a key', async () => {
	await start();
	sync.open([conflict('one'), conflict('two')]);
	await screen.until('2 conflicts');
	screen.type('S');
	await screen.until(/▸≠.*one\.txt/);
	await screen.until(/laptop\s+1\.2 kB.*one\.txt/);
	await screen.until(/host\s+34 B.*one\.sync-conflict/);
	screen.type(key.down);
	await screen.until(/▸≠.*two\.txt/);
	screen.type('r');
	await asked('resolve two remote');
	await screen.until(text => !/≠.*two\.txt/.test(text) && text.includes('one.txt'));
	sync.patch =
		'diff --git a/one.txt b/x\n--- a/one.txt\n+++ b/x\n@@ -1 +1 @@\n-mine\n+theirs \u001B[2J\n';
	screen.type('d');
	await screen.until('-mine');
	await screen.until('+theirs');
	await screen.until('Diff · −laptop’s +host’s · /home/ann/dev/one.txt');
});

test('a comparison says whose is which, goes back to the conflicts, and settles one itself', async () => {
	await start();
	sync.open([conflict('one'), {...conflict('two'), keeps: 'remote'}, conflict('three')]);
	screen.type('S');
	await screen.until(/▸≠.*one\.txt/);
	screen.type(key.down);
	screen.type('d');
	await screen.until('Diff · −host’s +laptop’s · /home/ann/dev/two.txt');
	await screen.until('Both versions are alike.');
	expect(screen.line(29)).toMatch(/l laptop’s +r host’s +b both +Esc close/);
	screen.type(key.escape);
	await screen.until(/▸≠.*two\.txt/);
	screen.type('d');
	await screen.until('Diff ·');
	screen.type('l');
	await asked('resolve two local');
	await screen.until(/▸≠.*three\.txt/);
});

test('without conflicts it says so, and Esc leaves', async () => {
	await start();
	sync.become({phase: 'in-step', since: Date.now()});
	screen.type('S');
	await screen.until('No conflicts.');
	await screen.until('/home/ann/dev ⇄ ~/dev');
	screen.type(key.escape);
	await screen.until(text => !text.includes('No conflicts.'));
});

test.each([40, 80])('it fits %i columns', async columns => {
	await start({columns, rows: 20});
	sync.open([conflict('a-name-that-is-rather-long-for-such-a-narrow-screen')]);
	screen.type('S');
	await screen.until(/≠/);
	for (const line of screen.text().split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
});

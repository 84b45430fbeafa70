import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {fakeHost, live} from '../../fixtures/fleet/fake-host.ts';
import {agent} from '../harness/agents.ts';
import {fakeDesk, type FakeDesk} from '../harness/fake-desk.ts';
import {closeScreens, key, openScreen, type Screen} from '../harness/screen.tsx';

let desk: FakeDesk;
let screen: Screen;

const patch = `diff --git a/src/a.ts b/src/a.ts
index 1..2 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,3 +1,3 @@ const a
 keep
-old line
+new line
diff --git a/evil\u001B]0;title b/evil
new file mode 100644
--- /dev/null
+++ b/evil
@@ -0,0 +1,40 @@
${Array.from({length: 40}, (_, index) => `+row ${index} \u001B[2J`).join('\n')}
`;

const start = async (size: {columns?: number; rows?: number} = {}): Promise<void> => {
	const host = fakeHost();
	host.services.desk = desk;
	screen = openScreen({columns: 120, rows: 30, ...size, host});
	host.link(live());
	host.snapshot([
		agent({id: 'a1', name: 'architect', state: 'working', cwd: '/srv/app'}),
		agent({id: 'a2', name: 'docs', state: 'idle'}),
	]);
	await screen.until('▸');
};

beforeEach(() => {
	desk = fakeDesk();
});
afterEach(closeScreens);

const asked = (call: string) => expect.poll(() => desk.calls).toContain(call);

describe('a request', () => {
	test('that waits is said, counted in the header, and let through from the inbox', async () => {
		await start();
		desk.ask('r1', 'web', 'https://example.com/login');
		await screen.until('architect asks to open https://example.com/login');
		await screen.until('1 asks');
		screen.type('i');
		await screen.until('what agents asked this laptop to open');
		await screen.until(/▸◆.*architect.*web.*https:\/\/example.com\/login/);
		screen.type('y');
		await asked('approve r1');
		desk.settle('r1', {outcome: 'opened', message: 'opened https://example.com/login'});
		await screen.until(/✓.*https:\/\/example.com\/login/);
		await screen.until(text => !text.includes('1 asks'));
		screen.type(key.escape);
		await screen.until(text => !text.includes('what agents asked'));
	});

	test('is refused with n, the one that is chosen', async () => {
		await start();
		desk.ask('r1', 'web', 'https://one.example/');
		desk.ask('r2', 'ide', '/srv/app/a.ts:3');
		screen.type('i');
		await screen.until(/▸◆.*\/srv\/app\/a.ts:3/);
		screen.type(key.down);
		await screen.until(/▸◆.*one.example/);
		screen.type('n');
		await asked('deny r1');
	});

	test('that was answered shows what came of it', async () => {
		await start();
		desk.ask('r1', 'web', 'https://one.example/');
		desk.settle('r1', {outcome: 'failed', message: 'firefox was not found'});
		await screen.until('architect: failed: firefox was not found');
	});

	test('of a flood is a number', async () => {
		await start();
		desk.flood(10_000);
		screen.type('i');
		await screen.until('10000 more came too fast');
	});

	test.each([40, 80])('fits %i columns', async columns => {
		await start({columns, rows: 20});
		desk.ask('r1', 'web', `https://example.com/${'a'.repeat(200)}`);
		screen.type('i');
		await screen.until('◆');
	});
});

describe('o', () => {
	test('opens the lowest link on the agent’s screen', async () => {
		await start();
		screen.host.screen('a1', ['see https://one.example/', 'and https://two.example/x.', '']);
		await screen.until('two.example');
		screen.type('o');
		await asked('act web https://two.example/x a1');
		await screen.until('opened it');
	});

	test('lets through what the agent asks to open now', async () => {
		await start();
		screen.host.screen('a1', ['see https://one.example/']);
		desk.ask('r1', 'web', 'https://asked.example/');
		await screen.until('asks to open');
		screen.type('o');
		await asked('approve r1');
	});

	test('says that there is none, and why one was not opened', async () => {
		await start();
		screen.host.screen('a1', ['nothing here']);
		await screen.until('nothing here');
		screen.type('o');
		await screen.until('there is no link on the screen of architect');
		screen.host.screen('a1', ['http://localhost:3000']);
		await screen.until('localhost:3000');
		desk.result = {outcome: 'failed', message: 'port 3000 of this laptop is in use'};
		screen.type('o');
		await screen.until('port 3000 of this laptop is in use');
	});
});

test('e opens the folder of the agent', async () => {
	await start();
	screen.type('e');
	await asked('act ide /srv/app a1');
});

describe('d', () => {
	test('shows the diff, a file at a time, in colour, and harmless', async () => {
		await start();
		desk.patch = patch;
		screen.type('d');
		await screen.until('Diff · architect · /srv/app');
		await screen.until(/1\/2 M src\/a.ts\s+\+1 −1/);
		expect(screen.colourOf('+new line')).toBe(2);
		expect(screen.colourOf('-old line')).toBe(1);
		screen.type(key.tab);
		await screen.until(/2\/2 A evil\s+\+40 −0/);
		await screen.until('row 0 ·[2J');
		screen.type(key.end);
		await screen.until('row 39');
		screen.type('e');
		await asked('act ide /srv/app/evil:1 a1');
		screen.type(key.escape);
		await screen.until(text => !text.includes('Diff ·'));
	});

	test('says when nothing changed, and when it cannot be told', async () => {
		await start();
		screen.type('d');
		await screen.until('Nothing has changed');
		screen.type('q');
		desk.patch = new Error('/srv/app is not in a git work tree');
		screen.type('d');
		await screen.until('/srv/app is not in a git work tree');
	});

	test('opens by itself when an agent’s request is to be shown here', async () => {
		await start();
		desk.patch = patch;
		desk.lent.showDiff!({agent: 'a2', path: '/srv/docs'});
		await screen.until('Diff · docs · /srv/docs');
	});
});

test('without a desk the keys say that nothing is opened', async () => {
	const host = fakeHost();
	screen = openScreen({columns: 120, rows: 30, host});
	host.link(live());
	host.snapshot([agent({id: 'a1', state: 'idle'})]);
	await screen.until('▸');
	screen.type('e');
	await screen.until('opens nothing for its host');
});

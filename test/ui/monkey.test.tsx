import fc from 'fast-check';
import {afterEach, expect, test} from 'vitest';
import {fakeHost, live} from '../../fixtures/fleet/fake-host.ts';
import {
	sampleAgents,
	sampleLaunchables,
	samplePatch,
	sampleScreen,
} from '../../fixtures/fleet/sample.ts';
import {widthOf} from '../../source/ui/present/cells.ts';
import {bindings} from '../../source/ui/keys/bindings.ts';
import {fakeDesk} from '../harness/fake-desk.ts';
import {fakeSync} from '../harness/fake-sync.ts';
import {closeScreens, key, openScreen} from '../harness/screen.tsx';

afterEach(closeScreens);

const special: Record<string, string> = {
	enter: key.enter,
	esc: key.escape,
	tab: key.tab,
	'shift+tab': key.shiftTab,
	up: key.up,
	down: key.down,
	pageup: key.pageUp,
	pagedown: key.pageDown,
	home: key.home,
	end: key.end,
	delete: key.delete,
};

/** What leaves the console, or hands the terminal over, has tests of its own. */
const leaving = new Set(['quit', 'suspend', 'attach', 'observe', 'redraw']);

const bytesOf = (name: string): string =>
	special[name] ?? (name.startsWith('ctrl+') ? key.ctrl(name.at(-1)!) : name);

const anyKey = fc.oneof(
	fc.constantFrom(
		...bindings.filter(({id}) => !leaving.has(id)).flatMap(({keys}) => keys.map(bytesOf)),
	),
	fc.constantFrom('1', '2', 'y', 'b', 'A', key.left, key.right, key.backspace, key.ctrl('j')),
	fc.constantFrom('日', '🎉', 'é', key.paste('two\nlines'), key.paste('\u001B]0;x\u0007')),
	fc
		.tuple(
			fc.constantFrom(0, 64, 65),
			fc.integer({min: 1, max: 130}),
			fc.integer({min: 1, max: 40}),
		)
		.map(([button, x, y]) => `\u001B[<${button};${x};${y}M`),
);

test('whatever is pressed, the screen stays whole', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(anyKey, {minLength: 20, maxLength: 60}),
			fc.constantFrom([40, 12], [80, 24], [120, 30], [200, 50]),
			async (keys, [columns = 80, rows = 24]) => {
				const host = fakeHost({launchables: sampleLaunchables});
				const desk = fakeDesk();
				desk.patch = samplePatch;
				desk.ask('r1', 'web', 'https://example.com', 'docs');
				host.services.desk = desk;
				host.services.sync = fakeSync();
				const screen = openScreen({columns, rows, host});
				host.link(live());
				host.snapshot(sampleAgents(Date.now()));
				host.screen('the-architect', sampleScreen);
				try {
					await screen.until('the-architect');
					for (const one of keys) screen.type(one);
					// Home again, also from an agent's terminal, where Enter or a click led there; it still listens.
					const ways = [...Array<string>(6).fill(key.escape), key.ctrl('\\'), '?'];
					let presses = 0;
					await expect
						.poll(
							() => {
								const isThere = screen.text().includes('The selected agent');
								// An Esc is one alone where nothing follows at once; each closes one thing.
								if (!isThere) screen.type(ways[presses++ % ways.length]!);
								return isThere;
							},
							{interval: 40, timeout: 10_000},
						)
						.toBe(true);
					for (let y = 0; y < rows; y++)
						expect(widthOf(screen.line(y))).toBeLessThanOrEqual(columns);
					expect(screen.emulator.buffer.active.baseY).toBe(0);
					expect(screen.line(0)).toContain('dev-server');
				} finally {
					await screen.close();
				}
			},
		),
		// A shorter list of keys would say more, but each try waits for a screen.
		{numRuns: 8, endOnFailure: true},
	);
}, 120_000);

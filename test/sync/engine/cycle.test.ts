import fs from 'node:fs';
import path from 'node:path';
import {afterEach, expect, test} from 'vitest';
import {listing} from '../torture/listing.ts';
import type {CycleProgress} from '../../../source/sync/engine/cycle.ts';
import {Crash, createWorld, type World} from '../torture/world.ts';

let world: World;
afterEach(async () => {
	await world.close();
});

const near = (name: string) => path.join(world.roots.local, name);
const far = (name: string) => path.join(world.roots.remote, name);

/** Does something once, when a side comes to that step. */
const at = (side: 'local' | 'remote', step: string, act: () => void) => {
	world.hooks.step = (where, name) => {
		if (where !== side || name !== step) return;
		world.hooks.step = undefined;
		act();
	};
};

test('a file that is deleted as soon as it arrived is deleted on the other side too', async () => {
	world = createWorld();
	fs.writeFileSync(far('a'), 'a');
	fs.writeFileSync(far('b'), 'b');
	at('local', 'remember', () => fs.rmSync(near('a')));
	await world.cycle();
	await world.cycle();
	expect(listing(world.roots.remote)).toEqual({b: 'file b'});
	expect(listing(world.roots.local)).toEqual({b: 'file b'});
});

test('a file that comes back as soon as it was deleted comes back on the other side too', async () => {
	world = createWorld();
	for (const name of ['a', 'b', 'c']) fs.writeFileSync(near(name), name);
	await world.cycle();
	fs.rmSync(near('a'));
	at('remote', 'remember', () => fs.writeFileSync(far('a'), 'a'));
	await world.cycle();
	await world.cycle();
	expect(listing(world.roots.local)).toMatchObject({a: 'file a'});
});

test('an edit in the midst of its replacement is kept as a conflict copy, on both sides', async () => {
	world = createWorld();
	fs.writeFileSync(near('a.txt'), 'base');
	await world.cycle();
	fs.writeFileSync(near('a.txt'), 'laptop');
	at('remote', 'exchange', () => fs.writeFileSync(far('a.txt'), 'host'));
	await world.cycle();
	await world.cycle();
	const both = listing(world.roots.local);
	expect(both).toEqual(listing(world.roots.remote));
	expect(Object.values(both).sort()).toEqual(['file host', 'file laptop']);
});

test('a file that takes a folder’s name survives a crash between the two steps', async () => {
	world = createWorld();
	fs.mkdirSync(near('a'));
	await world.cycle();
	fs.rmdirSync(near('a'));
	fs.writeFileSync(near('a'), 'file');
	let isGone = false;
	world.hooks.step = (side, name) => {
		if (side !== 'remote') return;
		if (isGone && name === 'stage') throw new Crash();
		isGone ||= name === 'remove folder';
	};
	await world.cycle().catch(() => {});
	expect(isGone).toBe(true);
	expect(listing(world.roots.remote)).toEqual({});
	world.hooks.step = undefined;
	await world.restart('daemon');
	await world.cycle();
	await world.cycle();
	expect(listing(world.roots.local)).toEqual({a: 'file file'});
	expect(listing(world.roots.remote)).toEqual({a: 'file file'});
});

test('a late write to a file that was displaced long before comes back into the tree', async () => {
	world = createWorld();
	fs.writeFileSync(far('a.txt'), 'base');
	await world.cycle();
	const handle = fs.openSync(far('a.txt'), 'r+');
	fs.writeFileSync(near('a.txt'), 'laptop');
	await world.cycle();
	fs.writeSync(handle, 'late!');
	fs.closeSync(handle);
	await world.cycle();
	await world.cycle();
	expect(Object.values(listing(world.roots.local)).sort()).toEqual(['file laptop', 'file late!']);
});

test('a folder that was swapped for a link is not written through', async () => {
	world = createWorld();
	fs.mkdirSync(near('d'));
	fs.writeFileSync(near('d/a'), 'base');
	await world.cycle();
	const outside = fs.mkdtempSync(path.join(path.dirname(world.roots.remote), 'outside-'));
	fs.writeFileSync(path.join(outside, 'a'), 'outside');
	fs.writeFileSync(near('d/a'), 'laptop');
	at('remote', 'look before', () => {
		fs.renameSync(far('d'), far('moved'));
		fs.symlinkSync(outside, far('d'));
	});
	await world.cycle();
	await world.cycle();
	expect(fs.readFileSync(path.join(outside, 'a'), 'utf8')).toBe('outside');
	expect(fs.readdirSync(outside)).toEqual(['a']);
});

test('an emptied root, and one that was replaced, halt', async () => {
	world = createWorld();
	for (const name of ['a', 'b']) fs.writeFileSync(near(name), name);
	await world.cycle();
	for (const name of ['a', 'b']) fs.rmSync(near(name));
	expect((await world.cycle()).halted).toEqual({kind: 'root-emptied', side: 'local'});
	expect(listing(world.roots.remote)).toEqual({a: 'file a', b: 'file b'});
	fs.renameSync(world.roots.local, `${world.roots.local}-old`);
	expect((await world.cycle()).halted).toMatchObject({kind: 'root-missing', side: 'local'});
	fs.mkdirSync(world.roots.local);
	expect((await world.cycle()).halted).toMatchObject({kind: 'root-replaced', side: 'local'});
	expect(listing(world.roots.remote)).toEqual({a: 'file a', b: 'file b'});
});

test.each(['local', 'remote'] as const)(
	'a look at the whole of one side alone (%s) asks whether its root is the one it was',
	async side => {
		world = createWorld();
		const calls: string[] = [];
		world.hooks.call = (where, name, when) => {
			if (when === 'before') calls.push(`${where} ${name}`);
		};
		fs.writeFileSync(near('a'), 'a');
		await world.cycle();
		calls.length = 0;
		expect((await world.cycle({whole: [side]})).wholeMs).toEqual({[side]: expect.any(Number)});
		expect(calls).toEqual([`${side} open`, `${side} scan`]);
		fs.renameSync(world.roots[side], `${world.roots[side]}-old`);
		fs.mkdirSync(world.roots[side]);
		const {halted} = await world.cycle({whole: [side]});
		expect(halted).toMatchObject({kind: 'root-replaced', side});
	},
);

test('a folder that holds excluded files stays on that side, and does not come back to the other', async () => {
	world = createWorld({settings: {exclude: ['target/']}});
	fs.mkdirSync(near('p/src'), {recursive: true});
	fs.writeFileSync(near('p/src/a'), 'a');
	fs.writeFileSync(near('keep'), 'keep');
	await world.cycle();
	fs.mkdirSync(far('p/target'));
	fs.writeFileSync(far('p/target/out'), 'out');
	fs.rmSync(near('p'), {recursive: true});
	await world.cycle();
	const report = await world.cycle();
	expect(report.plan.local).toEqual([]);
	expect(report.plan.remote).toEqual([]);
	expect(fs.existsSync(near('p'))).toBe(false);
	expect(fs.readFileSync(far('p/target/out'), 'utf8')).toBe('out');
});

test('what cannot be read is left alone, and nothing below it is taken for deleted', async () => {
	world = createWorld();
	fs.mkdirSync(near('d'));
	fs.writeFileSync(near('d/a'), 'a');
	await world.cycle();
	fs.symlinkSync('/etc/passwd', near('absolute'));
	fs.symlinkSync('../../outside', near('d/escapes'));
	const report = await world.cycle();
	expect(report.blocked.map(({path: name}) => name).sort()).toEqual(['absolute', 'd/escapes']);
	expect(fs.existsSync(far('absolute'))).toBe(false);
});

test('what a side tells of an excluded path is not written', async () => {
	world = createWorld();
	fs.writeFileSync(far('a'), 'a');
	await world.cycle();
	const {ledger} = world;
	ledger().apply('remote', [
		{path: '.git/hooks', entries: [['pre-commit', `x${'A'.repeat(43)}`, 1, 0]]},
		{
			path: '',
			entries: [
				['.env', `f${'A'.repeat(43)}`, 1, 0],
				['a', ledger().entryAt('remote', 'a')!.signature, 1, 0],
			],
		},
	]);
	await world.cycle({whole: [], folders: {local: ['']}});
	expect(fs.readdirSync(world.roots.local).sort()).toEqual(['.fleet-sync', 'a']);
});

test.each([
	['small', 100],
	['large', 600_000],
])(
	'what the host changed or deleted of a rule that goes up comes back as it was (%s)',
	async (_, size) => {
		world = createWorld({rule: {direction: 'up'}});
		const sync = async () => {
			const {drift} = await world.cycle();
			await world.untilArrived();
			await world.cycle({whole: []});
			return drift;
		};
		for (const name of ['a', 'b', 'c', 'd']) {
			fs.writeFileSync(near(name), name.repeat(size));
			fs.utimesSync(near(name), 1_600_000_000, 1_600_000_000);
		}

		await sync();
		fs.writeFileSync(far('a'), 'h'.repeat(size));
		fs.rmSync(far('b'));
		expect(await sync()).toHaveLength(2);
		for (const name of ['a', 'b']) {
			expect(fs.readFileSync(far(name), 'utf8')).toBe(name.repeat(size));
			expect(fs.statSync(far(name)).mtimeMs).toBe(1_600_000_000_000);
		}
	},
);

test('what was displaced stays for thirty days, and is looked at once more before it goes', async () => {
	world = createWorld();
	const dayMs = 24 * 60 * 60 * 1000;
	for (const name of ['a', 'b']) fs.writeFileSync(far(name), `${name} 1`);
	await world.cycle();
	const handle = fs.openSync(far('b'), 'r+');
	for (const name of ['a', 'b']) fs.writeFileSync(near(name), `${name} 2`);
	await world.cycle();
	const trash = () => fs.readdirSync(far('.fleet-sync/trash')).length;
	world.pass(29 * dayMs);
	await world.cycle();
	expect(trash()).toBe(2);
	world.pass(2 * dayMs);
	// Whoever held it open all that time writes just before it would go.
	at('remote', 'purge', () => {
		fs.writeSync(handle, 'late');
		fs.closeSync(handle);
	});
	await world.cycle();
	await world.cycle();
	expect(trash()).toBe(0);
	expect(Object.values(listing(world.roots.local)).sort()).toEqual([
		'file a 2',
		'file b 2',
		'file late',
	]);
});

const commitsBetweenScans = () => {
	const calls: string[] = [];
	world.hooks.call = (side, name, when) => {
		if (when === 'before' && (name === 'scan' || name === 'commit')) calls.push(`${side} ${name}`);
	};
	return calls;
};

const manyFolders = (root: string) => {
	for (const folder of ['a', 'b', 'c', 'd/e', 'd/f']) {
		fs.mkdirSync(path.join(root, folder), {recursive: true});
		for (const name of ['x', 'y', 'z'])
			fs.writeFileSync(path.join(root, folder, name), folder + name);
	}
};

test('a first sync to an empty side moves what was read before all is read', async () => {
	world = createWorld();
	manyFolders(world.roots.local);
	const calls = commitsBetweenScans();
	await world.cycle();
	expect(calls.indexOf('remote commit')).toBeLessThan(calls.lastIndexOf('local scan'));
	expect(listing(world.roots.remote)).toEqual(listing(world.roots.local));
});

test('a first sync of two trees reads both before anything moves', async () => {
	world = createWorld();
	manyFolders(world.roots.local);
	manyFolders(world.roots.remote);
	fs.writeFileSync(far('d/f/z'), 'another');
	const calls = commitsBetweenScans();
	const report = await world.cycle();
	expect(calls.filter(call => call.endsWith('scan')).length).toBeGreaterThan(2);
	expect(calls.findIndex(call => call.endsWith('commit'))).toBeGreaterThan(
		calls.lastIndexOf('local scan'),
	);
	expect(report.conflicts).toHaveLength(1);
});

/** A save in the midst of it, as a watcher tells of it; yields which commit of the host's side brought it. */
const saveWhile = async (work: 'first sync' | 'many changes') => {
	let commits = 0;
	let cameWith = 0;
	let told: string[] = [];
	world.hooks.call = (side, name, when) => {
		if (side !== 'remote' || name !== 'commit') return;
		if (when === 'before') commits++;
		else if (cameWith === 0 && fs.existsSync(far('notes/save.txt'))) cameWith = commits;
		if (when === 'before' && commits === 2) {
			fs.writeFileSync(near('notes/save.txt'), `saved during the ${work}`);
			told = ['notes'];
		}
	};
	const seen: CycleProgress[] = [];
	const report = await world.cycle({
		news: (least = 0) => (told.length < least ? [] : told.splice(0)),
		onProgress: progress => seen.push(progress),
	});
	world.hooks.call = undefined;
	return {commits, cameWith, report, last: seen.at(-1)};
};

const enough = 2300;
const manyFiles = (root: string, parts: number) => {
	for (let index = 0; index < enough; index++) {
		const folder = path.join(root, `many-${index % parts}`);
		fs.mkdirSync(folder, {recursive: true});
		fs.writeFileSync(path.join(folder, String(index)), String(index));
	}
};

test('a save does not wait for all that moves with many changes', async () => {
	world = createWorld();
	fs.mkdirSync(near('notes'));
	fs.writeFileSync(near('notes/old.txt'), 'old');
	await world.cycle();
	// More in one folder than goes at once.
	manyFiles(world.roots.local, 1);
	const {commits, cameWith, report, last} = await saveWhile('many changes');
	expect(cameWith).toBeGreaterThan(2);
	expect(cameWith).toBeLessThan(commits);
	expect(listing(world.roots.remote)).toEqual(listing(world.roots.local));
	expect(report.moved.remote.files).toBe(enough + 1);
	// Each is counted once, however often it was planned.
	expect(last).toMatchObject({files: enough + 1, totalFiles: enough + 1});
});

test('what changes while much moves is read meanwhile, and what moved and changed again moves again', async () => {
	world = createWorld();
	manyFolders(world.roots.local);
	await world.cycle();
	const change = (folder: string, what: string) => fs.writeFileSync(near(`${folder}/x`), what);
	change('a', 'once');
	const calls = commitsBetweenScans();
	const count = world.hooks.call!;
	world.hooks.call = (side, name, when) => {
		count(side, name, when);
		if (calls.filter(call => call === 'remote commit').length !== 1 || when !== 'before') return;
		for (const folder of ['a', 'b', 'c']) change(folder, 'twice');
	};
	let bursts = 2;
	const report = await world.cycle({
		whole: [],
		folders: {local: ['a']},
		news: (least = 0) => (least > 0 && bursts-- > 0 ? ['a', 'b', 'c'] : []),
	});
	expect(calls.lastIndexOf('local scan')).toBeGreaterThan(calls.indexOf('remote commit'));
	expect(report.again.local).toEqual(new Set());
	expect(listing(world.roots.remote)).toEqual(listing(world.roots.local));
	expect(listing(world.roots.remote)['a/x']).toBe('file twice');
});

test('a save does not wait for the rest of a first sync', async () => {
	world = createWorld();
	fs.mkdirSync(near('notes'));
	fs.writeFileSync(near('notes/old.txt'), 'old');
	manyFiles(world.roots.local, 50);
	const {commits, cameWith, report} = await saveWhile('first sync');
	expect(cameWith).toBeGreaterThan(0);
	expect(cameWith).toBeLessThan(commits);
	expect(listing(world.roots.remote)).toEqual(listing(world.roots.local));
	expect([report.conflicts, report.failed]).toEqual([[], []]);
});

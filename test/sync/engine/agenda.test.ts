import {beforeEach, expect, test} from 'vitest';
import {createAgenda, type Agenda} from '../../../source/sync/engine/agenda.ts';

let now: number;
let agenda: Agenda;
const nothing = {local: new Set<string>(), remote: new Set<string>()};
const local = (...folders: string[]) => ({local: new Set(folders), remote: new Set<string>()});

beforeEach(() => {
	now = 1000;
	agenda = createAgenda(() => now);
	agenda.take();
	agenda.looked(nothing);
});

test('everything is due at first, and then nothing', () => {
	const fresh = createAgenda(() => now);
	expect(fresh.dueAt()).toBe(0);
	expect(fresh.take().full).toEqual({local: true, remote: true});
	expect(agenda.dueAt()).toBe(Infinity);
});

test('what is told of is due at once, and once', () => {
	agenda.changed('remote', ['src']);
	expect(agenda.dueAt()).toBe(0);
	expect(agenda.take()).toEqual({
		full: {local: false, remote: false},
		folders: {local: new Set(), remote: new Set(['src'])},
	});
	agenda.looked(nothing);
	expect(agenda.dueAt()).toBe(Infinity);
	agenda.arrived();
	expect(agenda.dueAt()).toBe(0);
});

test('a folder that moves under each look waits longer each time, and a save elsewhere for nothing', () => {
	agenda.changed('local', ['log']);
	const waits: number[] = [];
	for (let look = 0; look < 7; look++) {
		expect([...agenda.take().folders.local]).toEqual(['log']);
		// It is written to all the time.
		agenda.changed('local', ['log']);
		agenda.looked(local('log'));
		agenda.changed('local', ['log']);
		waits.push(agenda.dueAt() - now);
		agenda.changed('local', ['src']);
		expect(agenda.dueAt()).toBe(0);
		expect([...agenda.take().folders.local]).toEqual(['src']);
		agenda.looked(nothing);
		now = agenda.dueAt();
	}

	expect(waits).toEqual([100, 200, 400, 800, 1600, 3000, 3000]);
});

test('a change under a look that found it at rest is looked at', () => {
	agenda.changed('local', ['src']);
	agenda.take();
	agenda.looked(local('src'));
	now = agenda.dueAt();
	agenda.take();
	agenda.changed('local', ['src']);
	agenda.looked(nothing);
	expect(agenda.dueAt()).toBe(0);
	expect([...agenda.take().folders.local]).toEqual(['src']);
});

test('a look that takes long hears what is told of meanwhile, once, and sees to it', () => {
	agenda.whole();
	agenda.take();
	agenda.changed('local', ['src']);
	expect(agenda.news()).toEqual(local('src'));
	expect(agenda.news()).toEqual(nothing);
	agenda.looked(nothing);
	expect(agenda.dueAt()).toBe(Infinity);
});

test('a look at the whole side settles what was restless, and one that failed makes all due', () => {
	agenda.changed('local', ['log']);
	agenda.take();
	agenda.looked(local('log'));
	agenda.whole('local');
	expect(agenda.take().full).toEqual({local: true, remote: false});
	agenda.looked(nothing);
	expect(agenda.dueAt()).toBe(Infinity);
	agenda.changed('local', ['src']);
	agenda.take();
	agenda.failed();
	expect(agenda.take().full).toEqual({local: true, remote: true});
});

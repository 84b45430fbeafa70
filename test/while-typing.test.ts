import {afterEach, expect, it, vi} from 'vitest';

const told = vi.hoisted(() => vi.fn<(flag: string) => void>());
vi.mock('node:v8', () => ({setFlagsFromString: told}));
const {whileTyping} = await import('../source/while-typing.ts');

const flags = () => Object.fromEntries(told.mock.calls.map(([flag]) => flag.split('=')));

afterEach(() => void told.mockClear());

it('tells V8 what it is for from the first terminal that is attached to the last', () => {
	const leaveOne = whileTyping();
	const typing = flags();
	told.mockClear();
	const leaveOther = whileTyping();
	leaveOne();
	leaveOne();
	expect(told).not.toHaveBeenCalled();
	leaveOther();
	expect(Object.keys(flags())).toEqual(Object.keys(typing));
	for (const [name, value] of Object.entries(flags())) expect(value).not.toBe(typing[name]);
});

it('leaves V8 as it was: what it goes by else are its own defaults', async () => {
	whileTyping()();
	const {execFileSync} = await import('node:child_process');
	const help = execFileSync(process.execPath, ['--v8-options'], {encoding: 'utf8'});
	const defaults = new Map(
		[...help.matchAll(/default: (--[\w-]+)=(\d+)/g)].map(([, name, value]) => [name, value]),
	);
	for (const [name, value] of Object.entries(flags())) expect(defaults.get(name)).toBe(value);
});

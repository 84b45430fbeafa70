import {expect, test} from 'vitest';
import {mapPath, normalHostPath, type MappedRoot} from '../../source/handlers/mapping.ts';

const root = (host: string, local: string, excluded: string[] = []): MappedRoot => ({
	host,
	local,
	isExcluded: relative => excluded.includes(relative.split('/')[0]!),
	hostWritesGit: false,
});
const roots = [
	root('/home/dev/projects', '/Users/ada/work', ['node_modules']),
	root('/home/dev/projects/app', '/Users/ada/app'),
];
const local = (file: string, among = roots): string => {
	const found = mapPath(file, among);
	return 'local' in found ? found.local : found.unmapped;
};

test('a path lies in the folder that its rule names', () => {
	expect(local('/home/dev/projects/lib/a.ts')).toBe('/Users/ada/work/lib/a.ts');
	expect(local('/home/dev/projects')).toBe('/Users/ada/work');
	expect(local('/home/dev/projects/')).toBe('/Users/ada/work');
});

test('the longest root wins, whatever the order', () => {
	expect(local('/home/dev/projects/app/src/x.ts')).toBe('/Users/ada/app/src/x.ts');
	expect(local('/home/dev/projects/app/src/x.ts', roots.toReversed())).toBe(
		'/Users/ada/app/src/x.ts',
	);
});

test('a name that only begins alike is another folder', () => {
	expect(local('/home/dev/projects-old/a')).toMatch(/no sync rule/);
	expect(local('/home/dev/projects/application')).toBe('/Users/ada/work/application');
});

test('dots are resolved before the rules are asked', () => {
	expect(local('/home/dev/projects/app/../lib/./a')).toBe('/Users/ada/work/lib/a');
	expect(local('/home/dev/projects/../../../etc/passwd')).toMatch(/no sync rule/);
	expect(local('/home/dev/projects/app//x')).toBe('/Users/ada/app/x');
});

test('what the rule excludes is not the same file here', () => {
	expect(local('/home/dev/projects/node_modules/x/index.js')).toMatch(/excludes/);
});

test.each(['relative/path', '~/projects', '', '/a\nb', '/a\u001Bb'])(
	'%j is no path to map',
	file => {
		expect(normalHostPath(file)).toBeUndefined();
		expect(local(file)).toMatch(/absolute/);
	},
);

test('the root of the file system can be a rule', () => {
	expect(local('/etc/hosts', [root('/', '/mirror')])).toBe('/mirror/etc/hosts');
});

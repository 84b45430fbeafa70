import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';

const source = path.join(import.meta.dirname, '../source');

/** A room may import itself and what stands behind it; `host` reaches none of the laptop's rooms. */
const arrows: Record<string, readonly string[]> = {
	'errors.ts': [],
	'original-files.ts': [],
	'kept-code.ts': [],
	'while-typing.ts': ['kept-code.ts'],
	protocol: ['errors.ts'],
	config: ['errors.ts', 'protocol'],
	transport: ['errors.ts', 'protocol', 'config'],
	credentials: ['errors.ts', 'protocol', 'config'],
	agents: ['errors.ts', 'protocol', 'host/arbiter'],
	client: ['errors.ts', 'protocol', 'config', 'transport', 'fleet'],
	fleet: ['errors.ts', 'protocol', 'config'],
	sync: ['errors.ts', 'kept-code.ts', 'protocol', 'config', 'transport', 'client', 'fleet'],
	handlers: ['errors.ts', 'protocol', 'config', 'transport', 'client'],
	setup: ['errors.ts', 'protocol', 'config', 'transport'],
	host: [
		...['errors.ts', 'original-files.ts', 'while-typing.ts', 'protocol', 'config'],
		...['agents', 'sync'],
	],
	ui: [
		...['errors.ts', 'kept-code.ts', 'while-typing.ts', 'protocol', 'config'],
		...['transport', 'client', 'fleet', 'sync', 'handlers'],
	],
	commands: [
		'errors.ts',
		'original-files.ts',
		'kept-code.ts',
		'protocol',
		'config',
		'transport',
		'credentials',
		'agents',
		'client',
		'fleet',
		'sync',
		'handlers',
		'setup',
		'host',
		'ui',
	],
};

const files = readdirSync(source, {recursive: true, encoding: 'utf8'}).filter(file =>
	/\.tsx?$/.test(file),
);

const importsOf = (file: string): string[] =>
	[
		...readFileSync(path.join(source, file), 'utf8').matchAll(
			/(?:from|import\()\s*'(\.{1,2}\/[^']+)'/g,
		),
	].map(match => path.posix.join(path.posix.dirname(file), match[1]!));

const room = (file: string): string => file.split('/')[0]!;

test('imports follow the arrows of the house', () => {
	const wrong = files.flatMap(file =>
		importsOf(file)
			.filter(target => room(target) !== room(file))
			.filter(target => !(arrows[room(file)] ?? []).some(allowed => target.startsWith(allowed)))
			.map(target => `${file} imports ${target}`),
	);
	expect(wrong).toEqual([]);
});

test('React stays in the interface', () => {
	const wrong = files.filter(
		file =>
			room(file) !== 'ui' &&
			/from '(react|ink|ink\/[^']+)'/.test(readFileSync(path.join(source, file), 'utf8')),
	);
	expect(wrong).toEqual([]);
});

test('every file stands in a room that the arrows name', () => {
	const rooms = new Set(files.map(room));
	expect([...rooms].filter(name => !(name in arrows))).toEqual([]);
});

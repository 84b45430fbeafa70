import {readFileSync} from 'node:fs';
import path from 'node:path';
import type {GenericSchema} from 'valibot';
import {expect, test} from 'vitest';
import {commandsMarkdown} from '../source/commands/commands-markdown.ts';
import {loadTable} from '../source/commands/table.ts';
import {parseConfig} from '../source/config/parse.ts';
import {fileSchema} from '../source/config/schema.ts';

const readme = readFileSync(path.join(import.meta.dirname, '../README.md'), 'utf8');

test('the README’s tables of commands are the program’s', async () => {
	const between = /<!-- commands -->\n+([^]*?)\n+<!-- \/commands -->/.exec(readme)?.[1];
	expect(between).toBe(commandsMarkdown(await loadTable()));
});

test('every command that the README shows in a shell is one', async () => {
	const words = new Set((await loadTable()).map(({name}) => name.split(' ')[0]));
	const lines = [...readme.matchAll(/```sh\n([^]*?)```/g)].flatMap(match => match[1]!.split('\n'));
	const called = lines
		.flatMap(line => [...line.matchAll(/\bconsole (?:--remote [\w-]+ ?)?([a-z]+)?/g)])
		.map(match => match[1] ?? 'console');
	expect(called.length).toBeGreaterThan(6);
	expect(called.filter(word => !words.has(word))).toEqual([]);
});

const examples = [...readme.matchAll(/```toml\n([\s\S]*?)```/g)].map(match => match[1]!);

test('the README’s configuration is valid', async () => {
	expect(examples.length).toBeGreaterThan(1);
	for (const text of examples) {
		await expect(parseConfig(text, 'README.md', '/home/me')).resolves.toBeDefined();
	}
});

/** Every key that a schema has, at whatever depth. */
const keysOf = (schema: unknown): string[] => {
	const {entries, wrapped, item, value, pipe, options} = schema as {
		entries?: Record<string, GenericSchema>;
		wrapped?: GenericSchema;
		item?: GenericSchema;
		value?: GenericSchema;
		pipe?: GenericSchema[];
		options?: unknown[];
	};
	const inner = [wrapped, item, value, ...(pipe?.slice(1) ?? []), ...(options ?? [])];
	return [
		...Object.entries(entries ?? {}).flatMap(([key, one]) => [key, ...keysOf(one)]),
		...inner.filter(one => typeof one === 'object' && one !== null).flatMap(keysOf),
	];
};

test('the README’s configuration names every key', () => {
	const keys = [...new Set(keysOf(fileSchema))];
	expect(keys).toContain('detach_key');
	expect(keys).toContain('max_delete');
	expect(keys.filter(key => !examples.some(text => new RegExp(`\\b${key}\\b`).test(text)))).toEqual(
		[],
	);
});

test('the pictures and pages that the README shows are there', () => {
	for (const [, file] of readme.matchAll(/\]\(((?:docs|LICENSE)[^)]*)\)/g)) {
		expect(() => readFileSync(path.join(import.meta.dirname, '..', file!))).not.toThrow();
	}
});

import {readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {table} from '../source/commands/table.ts';
import {parseConfig} from '../source/config/parse.ts';

const readme = readFileSync(path.join(import.meta.dirname, '../README.md'), 'utf8');

test('the README names every command', () => {
	const missing = table
		.filter(({hidden, name}) => !hidden && name !== 'console')
		.filter(({name}) => !new RegExp(`\`(console )?${name}\\b`).test(readme));
	expect(missing.map(({name}) => name)).toEqual([]);
});

test('the README’s configuration is valid', async () => {
	const examples = [...readme.matchAll(/```toml\n([\s\S]*?)```/g)].map(match => match[1]!);
	expect(examples.length).toBeGreaterThan(1);
	for (const text of examples) {
		await expect(parseConfig(text, 'README.md', '/home/me')).resolves.toBeDefined();
	}
});

test('the pictures and pages that the README shows are there', () => {
	for (const [, file] of readme.matchAll(/\]\(((?:docs|LICENSE)[^)]*)\)/g)) {
		expect(() => readFileSync(path.join(import.meta.dirname, '..', file!))).not.toThrow();
	}
});

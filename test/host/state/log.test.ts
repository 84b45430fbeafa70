import {mkdtempSync, readFileSync, readdirSync, rmSync, statSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openLog} from '../../../source/host/state/log.ts';

const newFile = (): string => {
	const folder = mkdtempSync('/tmp/fl-');
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	return path.join(folder, 'host.log');
};

test('each line has its time, and nothing that a terminal would obey', () => {
	const file = newFile();
	const log = openLog(file);
	log.write('two\nlines \u001b[31mred\u001b[0m \u202Eand more');
	log.close();
	expect(readFileSync(file, 'utf8')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z two lines red and more\n$/);
	expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('the log is bounded: one file, and one old one', () => {
	const file = newFile();
	const log = openLog(file, {maxBytes: 10_000});
	for (let index = 0; index < 2000; index++) log.write(`line ${index} ${'x'.repeat(100)}`);
	log.close();
	expect(readdirSync(path.dirname(file)).sort()).toEqual(['host.log', 'host.log.1']);
	expect(statSync(file).size + statSync(`${file}.1`).size).toBeLessThan(25_000);
	expect(readFileSync(file, 'utf8')).toContain('line 1999');
	const again = openLog(file, {maxBytes: 10_000});
	again.write('the next daemon');
	expect(readFileSync(file, 'utf8')).toMatch(/line 1999[^]*the next daemon/);
});

test('a log that cannot be written ends nothing', () => {
	const seen: string[] = [];
	const log = openLog('/proc/nothing/host.log', {echo: line => seen.push(line)});
	log.write('still here');
	expect(seen[0]).toContain('still here');
});

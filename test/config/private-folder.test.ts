import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {makePrivateFolder} from '../../source/config/private-folder.ts';

const scratch = (): string => {
	const folder = mkdtempSync('/tmp/fp-');
	onTestFinished(() => rmSync(folder, {recursive: true}));
	return folder;
};

test('a folder and those above it are made, for this user alone, and are left as they are', () => {
	const folder = path.join(scratch(), 'a/b/c');
	makePrivateFolder(folder);
	makePrivateFolder(folder);
	expect(statSync(folder).mode & 0o777).toBe(0o700);
	expect(statSync(path.dirname(folder)).mode & 0o777).toBe(0o700);
});

test('what cannot be made is said at once, with the variable that names another place', () => {
	const file = path.join(scratch(), 'file');
	writeFileSync(file, '');
	for (const folder of ['/proc/nothing/sync', path.join(file, 'sync')]) {
		expect(() => makePrivateFolder(folder)).toThrow(
			expect.objectContaining({
				code: 'state-dir-unusable',
				hint: expect.stringContaining('FLEET_STATE_DIR') as string,
			}),
		);
	}
});

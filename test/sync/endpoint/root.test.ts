import {mkdtempSync, realpathSync, rmSync, statSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {locateRoot} from '../../../source/sync/endpoint/root.ts';

test('a root is made with the folders above it where that is wanted', () => {
	const scratch = realpathSync(mkdtempSync('/tmp/root-'));
	onTestFinished(() => rmSync(scratch, {recursive: true}));
	const root = path.join(scratch, 'a/b');
	expect(locateRoot(root, {create: false})).toEqual({state: 'missing', root});
	expect(locateRoot(root, {create: true})).toEqual({state: 'ready', root});
	expect(statSync(root).isDirectory()).toBe(true);
	expect(locateRoot(root, {create: true})).toEqual({state: 'ready', root});
});

test('one that cannot be made is said at once', () => {
	expect(() => locateRoot('/proc/nothing/x', {create: true})).toThrow(
		/^cannot make \/proc\/nothing\/x: ENOENT/,
	);
});

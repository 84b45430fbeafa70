import {expect, test} from 'vitest';
import {painter} from '../../../source/ui/present/paint.ts';
import {previewLines} from '../../../source/ui/present/preview.ts';

const red = '\u001B[31m';

test.each([
	[0, false],
	[1, true],
	[null, true],
])('the last word of one that ended with %j is red: %j', (code, isRed) => {
	const exit = {code, signal: null, message: 'its last line'};
	const preview = {id: 'a', screen: undefined, problem: 'it is gone', back: 0};
	const [line = ''] = previewLines(
		{exit, warning: null},
		preview,
		{width: 40, height: 5},
		{isStale: false, hasColour: true, paint: painter(true)},
	);
	expect(line).toContain('its last line');
	expect(line.includes(red)).toBe(isRed);
});

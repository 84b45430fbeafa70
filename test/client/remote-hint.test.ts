import {expect, test} from 'vitest';
import {withRemote} from '../../source/client/remote-hint.ts';

test.each([
	['stop it first: console stop a1', 'stop it first: console --remote gpu stop a1'],
	[
		'`console screen a` shows what it left, `console restart a` starts it again.',
		'`console --remote gpu screen a` shows what it left, `console --remote gpu restart a` starts it again.',
	],
	['console --remote gpu install', 'console --remote gpu install'],
	['Mend the file, then try `console config check`.', undefined],
	['console host status says where its log is', undefined],
	['the fleet-console stop', undefined],
	['the console stops', undefined],
])('%s', (hint, expected = hint) => {
	expect(withRemote(hint, 'gpu')).toBe(expected);
});

test('where no remote is named, or one that a shell would read otherwise, a hint stays', () => {
	expect(withRemote('console stop a', null)).toBe('console stop a');
	expect(withRemote('console stop a', 'my host')).toBe('console stop a');
});

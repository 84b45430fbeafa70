import {expect, test} from 'vitest';
import {tellingLine} from '../../../source/host/agents/last-line.ts';

test.each([
	['what was last', ['$ make', 'all done', ''], true, 'all done'],
	[
		'an error above a stack and a version',
		[
			"Error: Cannot find module 'x'",
			'    at Module._load (node:internal)',
			'',
			'Node.js v24.21.0',
		],
		true,
		"Error: Cannot find module 'x'",
	],
	[
		'a reason above advice',
		[
			' Unable to connect to Anthropic services',
			' Failed to connect to api.anthropic.com: EAI_AGAIN',
			' Check your internet connection and network settings.',
			' https://anthropic.com/supported-countries',
		],
		true,
		'Failed to connect to api.anthropic.com: EAI_AGAIN',
	],
	[
		'no old error of one that ended well',
		['error: 1 of 3', 'Resume with: x'],
		false,
		'Resume with: x',
	],
	['nothing', ['', '  '], true, null],
])('says %s', (_, lines, hasFailed, line) => {
	expect(tellingLine(lines, hasFailed)).toBe(line);
});

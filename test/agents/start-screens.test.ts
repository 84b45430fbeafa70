import {expect, test} from 'vitest';
import {agentKind} from '../../source/agents/registry.ts';

/** Lines of the dialogs as the programs drew them, cut to what tells them. */
test.each([
	['claude', ' Quick safety check: Is this a project you created or one you trust?', 'trust'],
	['claude', ' Do you want to use this API key?', 'API key'],
	['claude', ' Choose the text style that looks best with your terminal', 'theme'],
	['codex', '  Trust this folder? Codex can read, edit, and run files here, subject to', 'trust'],
	['codex', '  1. Sign in with ChatGPT', 'log in'],
	['gemini', '│ Do you trust the files in this folder?', 'trust'],
	['gemini', '│ How would you like to authenticate for this project?', 'log in'],
	['qwen', '│ Do you trust this folder?', 'trust'],
	['qwen', '  │ Connect a Provider                                       │', 'log in'],
])('%s that begins with “%s” asks something', (kind, line, asked) => {
	const read = agentKind(kind).readStartScreen!;
	expect(read(['', line, ''])?.text).toContain(asked);
	expect(read(['', '> Type your message or @path/to/file'])).toBeNull();
});

import path from 'node:path';
import type {AgentKind} from '../kind.ts';
import {keyPipe} from '../keys/key-pipe.ts';
import {planProgram} from '../prompt.ts';
import {answerClaude} from './answer.ts';
import {readClaudeHook} from './read-hook.ts';
import {claudeKey, settingsFile, settingsFiles} from './settings.ts';
import {readClaudeStart} from './start-screen.ts';
import {watchClaude} from './watch.ts';

/** Claude Code: its session file tells the state, its hooks what it asks, and take the answer. */
export const claude: AgentKind = {
	name: 'claude',
	program: 'claude',
	install: 'npm i -g @anthropic-ai/claude-code',
	package: '@anthropic-ai/claude-code',
	// The last one for a Node before 22 is 2.1.197.
	oldest: '2.1.198',
	plan(context) {
		// Claude takes one --settings; the person's own wins, and the session file tells the state then.
		const own = context.args.some(argument => /^--settings(?:=|$)/.test(argument));
		const key = own || context.command?.length ? undefined : claudeKey(context.secrets);
		return planProgram('claude', context, {
			...(own ? {} : {before: ['--settings', settingsFile(context.scratch)]}),
			files: settingsFiles(context, key),
			...(key ? {keys: {[key]: keyPipe(context.scratch, key)}} : {}),
			resume: session => ['--resume', session],
			// `--` because options like --allowedTools take every word that follows.
			prompt: text => ['--', text],
		});
	},
	sessions: {
		file: (session, {home, env}) =>
			path.join(
				env['CLAUDE_CONFIG_DIR'] ?? path.join(home, '.claude'),
				`projects/*/${session}.jsonl`,
			),
		isChosen: args =>
			args.some(word => /^(?:-[cr]|--continue|--resume|--from-pr|--session-id)(?:=|$)/.test(word)),
	},
	readTitle(title) {
		const plain = title.replace(/^[\u2800-\u28FF✳✶✻✽·*]\s*/u, '');
		// Until its session has a name, it says its own.
		return {state: null, title: plain === '' || plain === 'Claude Code' ? null : plain};
	},
	readHook: readClaudeHook,
	watch: watchClaude,
	readStartScreen: readClaudeStart,
	answer: answerClaude,
};

import path from 'node:path';
import type {AgentKind} from '../kind.ts';
import {watchHooks} from '../hooks/watch-hooks.ts';
import {planProgram} from '../prompt.ts';
import {answerOnScreen} from '../screen-question.ts';
import {readGeminiHook} from './read-hook.ts';
import {defaultsFile, geminiFiles} from './settings.ts';
import {readGeminiStart} from './start-screen.ts';
import {readGeminiTitle} from './title.ts';
import {readGeminiTranscript} from './transcript.ts';

/** Gemini CLI. Its window title tells its state, its hooks what it asks. */
export const gemini: AgentKind = {
	name: 'gemini',
	program: 'gemini',
	install: 'npm i -g @google/gemini-cli',
	plan: context =>
		planProgram('gemini', context, {
			env: {GEMINI_CLI_SYSTEM_DEFAULTS_PATH: defaultsFile(context.scratch)},
			files: geminiFiles(context.scratch),
			resume: session => ['--resume', session],
			prompt: text => [`--prompt-interactive=${text}`],
		}),
	sessions: {
		file: (session, {home}) =>
			path.join(home, `.gemini/tmp/*/chats/session-*-${session.slice(0, 8)}.jsonl`),
		isChosen: args =>
			args.some(word => /^(?:-r|--resume|--session-id|--session-file)(?:=|$)/.test(word)),
	},
	readTitle: readGeminiTitle,
	readHook: readGeminiHook,
	watch: watchHooks(readGeminiHook, readGeminiTranscript),
	readStartScreen: readGeminiStart,
	asksOnScreen: true,
	answer: answerOnScreen(),
};

import path from 'node:path';
import type {AgentKind} from '../kind.ts';
import {watchHooks} from '../hooks/watch-hooks.ts';
import {planProgram} from '../prompt.ts';
import {readGeminiStart} from '../gemini/start-screen.ts';
import {answerOnScreen} from '../screen-question.ts';
import {readQwenHook} from './read-hook.ts';
import {defaultsFile, qwenFiles} from './settings.ts';
import {readQwenTitle} from './title.ts';
import {readQwenTranscript} from './transcript.ts';

/** Qwen Code. Its window title tells its state, its hooks what it asks. */
export const qwen: AgentKind = {
	name: 'qwen',
	program: 'qwen',
	install: 'npm i -g @qwen-code/qwen-code',
	package: '@qwen-code/qwen-code',
	// On Node 20 npm takes 0.15.
	oldest: '0.21.2',
	plan: context =>
		planProgram('qwen', context, {
			env: {QWEN_CODE_SYSTEM_DEFAULTS_PATH: defaultsFile(context.scratch)},
			files: qwenFiles(context.scratch),
			resume: session => ['--resume', session],
			prompt: text => [`--prompt-interactive=${text}`],
		}),
	sessions: {
		file: (session, {home}) => path.join(home, `.qwen/projects/*/chats/${session}.jsonl`),
		isChosen: args =>
			args.some(word => /^(?:-[cr]|--continue|--resume|--session-id)(?:=|$)/.test(word)),
	},
	readTitle: readQwenTitle,
	readHook: readQwenHook,
	watch: watchHooks(readQwenHook, readQwenTranscript),
	readStartScreen: readGeminiStart,
	asksOnScreen: true,
	answer: answerOnScreen(),
};

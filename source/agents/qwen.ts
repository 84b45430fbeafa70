import type {AgentKind} from './kind.ts';
import {planProgram} from './prompt.ts';
import {readGeminiTitle} from './gemini-title.ts';

/** Qwen Code. */
export const qwen: AgentKind = {
	name: 'qwen',
	program: 'qwen',
	install: 'npm i -g @qwen-code/qwen-code',
	plan: context => planProgram('qwen', context, {prompt: text => [`--prompt-interactive=${text}`]}),
	readTitle: readGeminiTitle,
};

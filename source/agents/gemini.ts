import type {AgentKind} from './kind.ts';
import {planProgram} from './prompt.ts';
import {readGeminiTitle} from './gemini-title.ts';

/** Gemini CLI. Its window title tells its state. */
export const gemini: AgentKind = {
	name: 'gemini',
	program: 'gemini',
	install: 'npm i -g @google/gemini-cli',
	plan: context =>
		planProgram('gemini', context, {prompt: text => [`--prompt-interactive=${text}`]}),
	readTitle: readGeminiTitle,
};

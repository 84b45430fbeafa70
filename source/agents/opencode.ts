import type {AgentKind} from './kind.ts';
import {planProgram} from './prompt.ts';

/** opencode. */
export const opencode: AgentKind = {
	name: 'opencode',
	program: 'opencode',
	install: 'npm i -g opencode-ai',
	plan: context => planProgram('opencode', context, {prompt: text => [`--prompt=${text}`]}),
	readTitle: title => ({state: null, title: title.replace(/^(OpenCode|OC \| )/, '') || null}),
};

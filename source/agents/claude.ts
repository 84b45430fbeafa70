import type {AgentKind} from './kind.ts';
import {planProgram} from './prompt.ts';

/** Claude Code. */
export const claude: AgentKind = {
	name: 'claude',
	program: 'claude',
	install: 'npm i -g @anthropic-ai/claude-code',
	// `--` because options like --allowedTools take every word that follows.
	plan: context => planProgram('claude', context, {prompt: text => ['--', text]}),
	readTitle: title => ({
		state: null,
		title: title.replace(/^[\u2800-\u28FF✳✶✻✽·*]\s*/u, '') || null,
	}),
};

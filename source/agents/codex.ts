import type {AgentKind} from './kind.ts';
import {planProgram} from './prompt.ts';

/** OpenAI Codex. It reports its state on its terminal (OSC 7501) by itself. */
export const codex: AgentKind = {
	name: 'codex',
	program: 'codex',
	install: 'npm i -g @openai/codex',
	plan: context => planProgram('codex', context, {prompt: text => ['--', text]}),
	readTitle: title => {
		const rest = (pattern: RegExp) => title.replace(pattern, '').trim() || null;
		const blocked = /^\[ [!.] \] Action Required(?: \| )?/;
		if (blocked.test(title)) return {state: 'blocked', title: rest(blocked)};
		const spinner = /^[\u2800-\u28FF]\s*/u;
		if (spinner.test(title)) return {state: 'working', title: rest(spinner)};
		return {state: null, title: title || null};
	},
};

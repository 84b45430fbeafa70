import path from 'node:path';
import type {AgentKind} from '../kind.ts';
import {planProgram} from '../prompt.ts';
import {answerOnScreen} from '../screen-question.ts';
import {codexKeys} from './keys.ts';
import {readCodexStart} from './start-screen.ts';
import {watchCodex} from './watch.ts';

/**
 * OpenAI Codex. It reports its state on its terminal (OSC 7501) by itself, and its session's log has
 * what it asks, its model and its tokens. It gets no hooks: those of a launch are run only without
 * Codex's check of all hooks, a repository's too.
 */
export const codex: AgentKind = {
	name: 'codex',
	program: 'codex',
	install: 'npm i -g @openai/codex',
	plan: context =>
		planProgram('codex', context, {
			...codexKeys(context),
			resume: session => ['resume', session],
			prompt: text => ['--', text],
		}),
	sessions: {
		file: (session, {home, env}) =>
			path.join(
				env['CODEX_HOME'] ?? path.join(home, '.codex'),
				`sessions/*/*/*/rollout-*-${session}.jsonl`,
			),
		isChosen: args =>
			/^[a-z]/.test(args[0] ?? '') || args.some(word => /^(?:resume|fork)$/.test(word)),
	},
	readTitle: title => {
		const rest = (pattern: RegExp) => title.replace(pattern, '').trim() || null;
		const blocked = /^\[ [!.] \] Action Required(?: \| )?/;
		if (blocked.test(title)) return {state: 'blocked', title: rest(blocked)};
		// The spinner turns while Codex starts, too: its reports and its log say when it works.
		return {state: null, title: rest(/^[\u2800-\u28FF]\s*/u)};
	},
	watch: watchCodex,
	readStartScreen: readCodexStart,
	asksOnScreen: true,
	answer: answerOnScreen(),
};

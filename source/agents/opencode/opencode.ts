import {randomBytes} from 'node:crypto';
import type {AgentKind} from '../kind.ts';
import {planProgram} from '../prompt.ts';
import {answerOpencode} from './answer.ts';
import {passwordVariable} from './api.ts';
import {opencodeKeys} from './keys.ts';
import {watchOpencode} from './watch.ts';

/**
 * opencode. Given a port its TUI serves the API that tells everything: on the loopback, on a port of
 * its own choice, behind a password that is known from its process alone.
 */
export const opencode: AgentKind = {
	name: 'opencode',
	program: 'opencode',
	install: 'npm i -g opencode-ai',
	plan(context) {
		const [first = ''] = context.args;
		const own = context.args.some(argument => /^--port(?:=|$)/.test(argument));
		// A subcommand knows other flags; a folder is the TUI's own argument.
		const isTui = !/^[a-z]/.test(first) || first.includes('/');
		const keys = opencodeKeys(context);
		return planProgram('opencode', context, {
			...keys,
			...(own || !isTui ? {} : {before: ['--port', '0']}),
			env: {...keys.env, [passwordVariable]: randomBytes(24).toString('base64url')},
			prompt: text => [`--prompt=${text}`],
		});
	},
	readTitle: title => ({state: null, title: title.replace(/^(OpenCode|OC \| )/, '') || null}),
	watch: watchOpencode,
	answer: answerOpencode,
};

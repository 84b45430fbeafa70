import {randomBytes} from 'node:crypto';
import path from 'node:path';
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
		const own = context.args.some(argument => /^--port(?:=|$)/.test(argument));
		const keys = opencodeKeys(context);
		return planProgram('opencode', context, {
			...keys,
			...(own || !isInterface(context.args) ? {} : {before: ['--port', '0']}),
			env: {...keys.env, [passwordVariable]: randomBytes(24).toString('base64url')},
			resume: session => ['--session', session],
			prompt: text => [`--prompt=${text}`],
		});
	},
	sessions: {
		// One database for all of them; that a session is told of at all means that it is in there.
		file: (_session, {home, env}) =>
			path.join(env['XDG_DATA_HOME'] ?? path.join(home, '.local/share'), 'opencode/opencode.db'),
		isChosen: args =>
			!isInterface(args) || args.some(word => /^(?:-[cs]|--continue|--session)(?:=|$)/.test(word)),
	},
	readTitle: title => ({state: null, title: title.replace(/^(OpenCode|OC \| )/, '') || null}),
	watch: watchOpencode,
	answer: answerOpencode,
};

/** A subcommand knows other flags; a folder is the interface's own argument. */
const isInterface = ([first = '']: readonly string[]): boolean =>
	!/^[a-z]/.test(first) || first.includes('/');

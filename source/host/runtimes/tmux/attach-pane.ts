import {Pty} from '../../pty.ts';
import type {AttachedTerminal, TerminalSize} from '../runtime.ts';

/**
 * A tmux client for one agent on a pseudo-terminal. What tmux draws goes by its standard input, what it says when
 * it leaves ("[exited]") goes to its standard output, which nobody needs to see.
 */
export const attachPane = (options: {
	socket: string;
	id: string;
	env: Readonly<Record<string, string>>;
	size: TerminalSize;
	observe: boolean;
	onWrite: () => void;
}): AttachedTerminal => {
	const {socket, id, env, size, observe, onWrite} = options;
	const argv = ['tmux', '-u', '-S', socket, 'attach-session', '-t', `=${id}`];
	if (observe) argv.push('-f', 'read-only,ignore-size');
	const pty = new Pty(['/bin/sh', '-c', 'exec "$@" >/dev/null 2>&1', 'sh', ...argv], {
		env,
		cwd: '/',
		...size,
		holdUntilShown: true,
		onWrite,
	});
	return {
		stream: pty,
		resize: ({cols, rows}) => pty.resize(cols, rows),
		close: () => pty.destroy(),
	};
};

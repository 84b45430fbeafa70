const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

export type LauncherOptions = {
	/** How this program is started: `[node, cli.js]`. */
	command: readonly string[];
	tmux: string;
	socket: string;
	state: string;
};

/**
 * The program of an agent's terminal, for any POSIX shell. The outer shell stays, outlives what a person
 * types at the agent, and writes the agent's exit status onto its pane: that needs neither disk nor
 * daemon. The inner shell notes its pid, learns from the daemon what to start, and becomes it; so the
 * agent has ordinary signals and limits, and an environment that no other process ever holds.
 */
export const launcherScript = ({
	command,
	tmux,
	socket,
	state,
}: LauncherOptions): string => `#!/bin/sh
pane() {
	${quote(tmux)} -S ${quote(socket)} "$@" </dev/null >/dev/null 2>&1
}

case $1 in
outer)
	# Caught, not ignored: a caught signal is an ordinary one again in the agent. A hang-up is not caught,
	# because the agent learns of it by the end of this shell.
	trap : INT QUIT TERM
	# What a shell says of a child that a signal ended is not for the agent's screen.
	exec 3>&2 2>/dev/null
	/bin/sh "$0" inner "$2"
	status=$?
	pane set-option -p -t "$TMUX_PANE" @fleet_exit "$status" ';' rename-window -t "$TMUX_PANE" "exited $status"
	exit "$status"
	;;
inner)
	exec 2>&3 3>&-
	pane set-option -p -t "$TMUX_PANE" @fleet_pid "$$" ';' rename-window -t "$TMUX_PANE" running
	fleet_program=$(FLEET_STATE_DIR=${quote(state)} ${command.map(quote).join(' ')} host launch "$2") || {
		echo 'fleet-console: the agent was not started' >&2
		exit 127
	}
	eval "$fleet_program"
	unset fleet_program
	command -v -- "$1" >/dev/null || {
		printf 'fleet-console: %s: not found\\n' "$1" >&2
		exit 127
	}
	# tmux leaves two signals ignored (TTIN and TTOU), and a shell may not undo what it was born with.
	case $1 in
	*=*) ;;
	*) env --default-signal=TTIN,TTOU true 2>/dev/null && exec env --default-signal=TTIN,TTOU "$@" ;;
	esac
	exec "$@"
	;;
esac
`;

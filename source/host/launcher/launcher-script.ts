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
 *
 * What the agent is to ask for rather than to have (`outer TICKET PIPE…`) a child of the outer shell keeps,
 * as long as the agent runs: in its memory, and in a named pipe while somebody reads.
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

# keep PIPE: takes a secret by PIPE.in once, and writes it to each who opens PIPE. Each reader has a pipe of
# its own, because the next writing would else be taken for more of this one.
keep() {
	trap '' INT QUIT PIPE
	ulimit -c 0
	secret=$(cat "$1.in" && echo .)
	rm -f "$1.in"
	secret=\${secret%.}
	while mkfifo -m 600 "$1.next"; do
		exec 4>"$1"
		mv -f "$1.next" "$1"
		printf %s "$secret" >&4
		exec 4>&-
	done
}

case $1 in
outer)
	ticket=$2
	shift 2
	# Caught, not ignored: a caught signal is an ordinary one again in the agent. A hang-up is not caught,
	# because the agent learns of it by the end of this shell.
	trap : INT QUIT TERM
	# What a shell says of a child that a signal ended is not for the agent's screen.
	exec 3>&2 2>/dev/null
	keepers=
	for pipe; do
		rm -f "$pipe" "$pipe.in" "$pipe.next"
		mkfifo -m 600 "$pipe.in" "$pipe" || continue
		keep "$pipe" </dev/null >/dev/null 3>&- &
		keepers="$keepers $!"
	done
	/bin/sh "$0" inner "$ticket"
	status=$?
	[ -z "$keepers" ] || kill -KILL $keepers
	for pipe; do rm -f "$pipe" "$pipe.in" "$pipe.next"; done
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

import path from 'node:path';

/** Where an agent's hooks leave what they tell, inside its scratch folder. */
export const hookFolders = (scratch: string) => ({
	/** One file an event, named `EVENT.PID`. */
	events: path.join(scratch, 'hooks'),
	/** A question that waits: `NAME` is a FIFO that takes the reply, `NAME.json` what was asked. */
	asks: path.join(scratch, 'asks'),
	script: path.join(scratch, 'hook.sh'),
});

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** The command line of a hook. With `ask` it stays until it is answered, and prints the answer. */
export const hookCommand = (scratch: string, event: string, {ask = false} = {}): string =>
	`/bin/sh ${quote(hookFolders(scratch).script)} ${event}${ask ? ' ask' : ''}`;

// More than this wait only where no daemon reads; the agent must not pay for that.
const mostWaiting = 200;

/**
 * The hook itself, for any POSIX shell: it becomes a `cat` that leaves its standard input as a file, and
 * is gone after two or three milliseconds. No daemon needs to be there. A question's hook waits in the
 * opening of a FIFO, which costs nothing; an empty reply leaves the question to the agent's terminal.
 */
export const relayScript = (scratch: string): string => {
	const {events, asks} = hookFolders(scratch);
	return `umask 077
name=$1.$$
cd ${quote(events)} 2>/dev/null || exec cat >/dev/null
set -- "$2" *
[ $# -gt ${mostWaiting} ] && exec cat >/dev/null
[ "$1" = ask ] || exec cat >"$name"
asks=${quote(asks)}
trap 'rm -f "$asks/$name" "$asks/$name.json"' EXIT
trap 'exit 0' HUP INT TERM
cat >"$asks/$name.json" && mkfifo "$asks/$name" && ln "$asks/$name.json" "$name" || exit 0
IFS= read -r reply <"$asks/$name"
[ -n "$reply" ] && printf '%s\\n' "$reply"
exit 0
`;
};

/** The files of a launch whose hooks tell us something; the folders come with a first file each. */
export const relayFiles = (scratch: string): Record<string, string> => {
	const {events, asks, script} = hookFolders(scratch);
	return {
		[script]: relayScript(scratch),
		[path.join(events, '.keep')]: '',
		[path.join(asks, '.keep')]: '',
	};
};

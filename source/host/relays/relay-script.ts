const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Names under which programs look for a browser, an editor, and this program. */
export const relayNames = [
	'browser',
	'xdg-open',
	'www-browser',
	'x-www-browser',
	'sensible-browser',
	'code',
	'cursor',
	'console',
	'fleet-console',
] as const;

/**
 * One script for any POSIX shell that stands for all of them, by the name it is called by. It asks
 * the daemon by `curl` or `perl`, whichever is there, because starting Node for each link would take
 * longer than the way to the laptop; what it cannot say safely it leaves to the whole program.
 * The agent's token and the request travel on a pipe: no argv shows them.
 */
export const relayScript = (command: readonly string[]): string => `#!/bin/sh
name=\${0##*/}
here=\${0%/*}
newline='
'

program() {
	exec ${command.map(quote).join(' ')} "$@"
}

# The program of this name that would be found without this folder.
real() {
	rest=$PATH:
	while [ -n "$rest" ]; do
		folder=\${rest%%:*}
		rest=\${rest#*:}
		[ "$folder" != "$here" ] && [ -f "$folder/$name" ] && [ -x "$folder/$name" ] &&
			exec "$folder/$name" "$@"
	done
	echo "$name: only links, files and folders are passed on to the operator's laptop" >&2
	exit 1
}

# call METHOD PATH, with the body on stdin.
call() {
	if command -v curl >/dev/null 2>&1; then
		curl -q -sS --max-time 20 --unix-socket "$FLEET_HOST_SOCKET" -X "$1" \\
			-H 'accept: text/plain' -H 'content-type: application/json' \\
			--data-binary @- "http://fleet$2" 2>/dev/null
	else
		perl -MIO::Socket::UNIX -e '
			my ($socket, $method, $path) = @ARGV; local $/; my $body = <STDIN>; alarm 20;
			my $host = IO::Socket::UNIX->new($socket) or exit 7;
			print $host "$method $path HTTP/1.0\\r\\naccept: text/plain\\r\\n",
				"content-type: application/json\\r\\ncontent-length: ", length($body), "\\r\\n\\r\\n", $body;
			$host->flush; $_ = <$host>; s/^.*?\\r\\n\\r\\n//s; print' \\
			"$FLEET_HOST_SOCKET" "$1" "$2" 2>/dev/null
	fi
}

# ask KIND ARGUMENT: until there is an answer when \`patient\` is set, else for 10 s.
ask() {
	case $1 in web) verb=open ;; *) verb=$1 ;; esac
	case $PWD$2 in *[[:cntrl:]\\"\\\\]*) program "$verb" -- "$2" ;; esac
	answer=$(printf '{"kind":"%s","argument":"%s","cwd":"%s","token":"%s"}' \\
		"$1" "$2" "$PWD" "$FLEET_AGENT_TOKEN" | call POST '/v1/actions?wait=10')
	while :; do
		outcome=\${answer%%"$newline"*}
		rest=\${answer#*"$newline"}
		message=\${rest%%"$newline"*}
		case $outcome in
		opened)
			case $patient$message in
			1opened*) printf '%s\\n' "$message" ;;
			1*) printf 'opened: %s\\n' "$message" ;;
			esac
			return 0
			;;
		waiting)
			if [ -z "$patient" ]; then
				echo "$name: it waits for the operator's answer" >&2
				return 0
			fi
			id=\${rest#*"$newline"}
			answer=$(printf '' | call GET "/v1/actions/$id?wait=10")
			;;
		denied | expired)
			echo "$name: $outcome: $message" >&2
			return 5
			;;
		failed)
			echo "$name: $message" >&2
			return 1
			;;
		*'"code":"denied"'*)
			message=\${answer#*'"detail":"'}
			echo "$name: denied: \${message%%'"'*}" >&2
			return 5
			;;
		*)
			program "$verb" -- "$2"
			;;
		esac
	done
}

browse() {
	[ $# -gt 0 ] || real
	status=0
	for target; do
		case $target in
		-*) real "$@" ;;
		file:///*%*) ask web "$target" ;;
		file:///*) ask ide "\${target#file://}" ;;
		*:*) ask web "$target" ;;
		*) if [ -e "$target" ]; then ask ide "$target"; else ask web "$target"; fi ;;
		esac || status=$?
	done
	exit "$status"
}

edit() {
	status=0
	[ $# -gt 0 ] || set -- .
	for target; do
		case $target in
		-g | --goto | -r | --reuse-window | -n | --new-window | -a | --add) ;;
		-w | --wait)
			echo "$name: the laptop's editor cannot be waited for from here" >&2
			exit 1
			;;
		-*) real "$@" ;;
		*) ask ide "$target" || status=$? ;;
		esac
	done
	exit "$status"
}

patient=
case $name in
console | fleet-console)
	[ -S "$FLEET_HOST_SOCKET" ] || program "$@"
	patient=1
	case $#:$1:$2 in
	2:open:[!-]*) ask web "$2" ;;
	2:ide:[!-]*) ask ide "$2" ;;
	2:diff:[!-]*) ask diff "$2" ;;
	1:diff:*) ask diff . ;;
	*) program "$@" ;;
	esac
	;;
code | cursor)
	[ -S "$FLEET_HOST_SOCKET" ] || real "$@"
	edit "$@"
	;;
*)
	[ -S "$FLEET_HOST_SOCKET" ] || real "$@"
	browse "$@"
	;;
esac
`;

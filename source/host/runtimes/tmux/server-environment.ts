const kept = /^(?:PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_[A-Z]+|TZ|XDG_RUNTIME_DIR)$/;

/**
 * What the tmux server, its clients and the launchers get to know. A server keeps its environment for ever and shows
 * it to whoever asks, so nothing of the daemon's own is in it; an agent gets its environment from the daemon.
 */
export const serverEnvironment = (
	own: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> => {
	const env: Record<string, string> = {TERM: 'xterm-256color'};
	for (const [name, value] of Object.entries(own)) {
		if (kept.test(name) && value !== undefined) env[name] = value;
	}

	env['PATH'] ||= '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
	return env;
};

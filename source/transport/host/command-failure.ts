import {FleetError, isErrorCode} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';

export type HostCommand = {
	/** The remote's name, for the hint. */
	remote: string;
	/** As configured: `~/.local/bin/console`. */
	program: string;
};

export type Outcome = {code: number | null; signal: string | null; stdout: string; stderr: string};

/** Why the host's own command failed, from how it ended and what it said. */
export const commandFailure = (
	{remote, program}: HostCommand,
	{code, signal, stdout, stderr}: Outcome,
): FleetError => {
	// It is there where it says itself what went wrong, in whatever words.
	const reported = reportedError(stdout) ?? reportedError(stderr);
	if (reported) return reported;
	const said = plainText(stderr.trim() || stdout.trim(), 400);
	// 127 and 126 are POSIX; csh says 1 and words.
	const isMissing =
		code === 127 || code === 126 || (code !== 0 && /command not found|no such file/i.test(said));
	if (isMissing) {
		return new FleetError(
			'host-missing',
			code === 126
				? `${program} on ${remote} cannot be executed`
				: `there is no fleet-console on ${remote} (${program})`,
			{hint: `Install it there: console --remote ${remote} install`},
		);
	}

	const end = signal ? `was ended by ${signal}` : `ended with status ${code ?? 'unknown'}`;
	return new FleetError(
		'daemon-failed',
		`${program} on ${remote} ${end}${said ? `: ${said}` : ', and said nothing'}`,
		{hint: `Try it there: ${program} host status`},
	);
};

/** The error that a command printed as JSON, as every command does under `--json`. */
const reportedError = (text: string): FleetError | null => {
	for (const line of text.split('\n').reverse()) {
		const start = line.indexOf('{"error"');
		if (start === -1) continue;
		try {
			const {error} = JSON.parse(line.slice(start)) as {error?: Record<string, unknown>};
			if (!isErrorCode(error?.['code'])) continue;
			return new FleetError(error['code'], plainText(String(error['message'] ?? ''), 400), {
				hint: typeof error['hint'] === 'string' ? plainText(error['hint'], 400) : undefined,
			});
		} catch {
			// Noise that looked like it.
		}
	}

	return null;
};

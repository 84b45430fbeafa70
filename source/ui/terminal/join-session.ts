import type {AttachSession} from '../../client/client.ts';
import type {UiConfig} from '../../config/config.ts';
import type {forwardInput} from './forward-input.ts';
import type {Interjection} from './interject.ts';
import {whileTyping} from '../../while-typing.ts';
import {forwardOutput} from './forward-output.ts';
import {localEcho} from './local-echo/local-echo.ts';

/** Carries bytes both ways until one side ends; yields the agent's exit, or null for a lost link. */
export const joinSession = async (
	session: AttachSession,
	{
		stdout,
		over,
		input,
		observe,
		interjection,
		localEcho: setting,
		size,
	}: {
		stdout: NodeJS.WriteStream;
		over: AbortSignal;
		input: ReturnType<typeof forwardInput>;
		observe: boolean;
		interjection?: Interjection | undefined;
		localEcho: UiConfig['localEcho'];
		/** Of the terminal, as the host was told. */
		size: {cols: number; rows: number};
	},
): Promise<{code: number | null; signal: string | null} | null> => {
	const typingEnds = whileTyping();
	const echo = localEcho({
		session,
		stdout,
		setting,
		size,
	});
	const onResize = () => echo.resized({cols: stdout.columns || 80, rows: stdout.rows || 24});
	stdout.on('resize', onResize);
	const output = forwardOutput(session.stream, stdout, {write: echo.output, interjection});
	if (!observe) input.to(session.stream, echo.typed);
	const stopped = Promise.withResolvers<null>();
	const stop = () => stopped.resolve(null);
	over.addEventListener('abort', stop, {once: true});
	if (over.aborted) stop();
	try {
		const exit = await Promise.race([session.ended, output.broken, stopped.promise]);
		if (exit) await output.written;
		return exit;
	} finally {
		typingEnds();
		over.removeEventListener('abort', stop);
		input.to(undefined);
		stdout.off('resize', onResize);
		echo.close();
		output.close();
		session.close();
	}
};

import type {AttachSession} from '../../client/client.ts';
import type {forwardInput} from './forward-input.ts';
import type {Interjection} from './interject.ts';
import {whileTyping} from '../../while-typing.ts';
import {forwardOutput} from './forward-output.ts';

/** Carries bytes both ways until one side ends; yields the agent's exit, or null for a lost link. */
export const joinSession = async (
	session: AttachSession,
	{
		stdout,
		over,
		input,
		observe,
		interjection,
	}: {
		stdout: NodeJS.WriteStream;
		over: AbortSignal;
		input: ReturnType<typeof forwardInput>;
		observe: boolean;
		interjection?: Interjection | undefined;
	},
): Promise<{code: number | null; signal: string | null} | null> => {
	const typingEnds = whileTyping();
	const output = forwardOutput(session.stream, stdout, interjection);
	if (!observe) input.to(session.stream);
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
		output.close();
		session.close();
	}
};

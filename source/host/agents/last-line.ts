import {plainText} from '../../protocol/text.ts';
import type {Runtime} from '../runtimes/runtime.ts';

/** How programs say what went wrong; what follows it is advice, a stack or a version. */
const failure =
	/\b(?:error|fatal|panic|exception|failed|cannot|can't|unable|not found|no such|not recognized|denied|refused|invalid|unknown|unexpected|missing|timed out)\b/i;
const stack = /^(?:at\s|File "|\^|~|\.\.\.)/;
/** So far above the end a reason is looked for. */
const mostLines = 15;

/** What an agent left on its screen, as one line: where it failed, the last that says why; null when there is nothing. */
export const lastLine = async (
	runtime: Runtime,
	id: string,
	hasFailed: boolean,
): Promise<string | null> => {
	try {
		const {lines} = await runtime.screen(id, {ansi: false, history: 0});
		return tellingLine(lines, hasFailed);
	} catch {
		return null;
	}
};

/** The same of a screen's lines; pure. */
export const tellingLine = (lines: readonly string[], hasFailed: boolean): string | null => {
	const texts = lines.map(line => plainText(line, 400)).filter(Boolean);
	const reason = hasFailed
		? texts.slice(-mostLines).findLast(line => failure.test(line) && !stack.test(line))
		: undefined;
	return reason ?? texts.at(-1) ?? null;
};

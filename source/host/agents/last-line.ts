import {plainText} from '../../protocol/text.ts';
import type {Runtime} from '../runtimes/runtime.ts';

/** The last thing that an agent left on its screen, as one line; null when there is nothing. */
export const lastLine = async (runtime: Runtime, id: string): Promise<string | null> => {
	try {
		const {lines} = await runtime.screen(id, {ansi: false, history: 0});
		const texts = lines.map(line => plainText(line, 400));
		return texts.findLast(line => line !== '') ?? null;
	} catch {
		return null;
	}
};

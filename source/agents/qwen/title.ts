import type {TitleReading} from '../kind.ts';

// Qwen Code draws its title as MARK Qwen - FOLDER: a turning half circle while it works, a star
// while it waits for a person, nothing at its prompt. Each mark may carry a variation selector.
const title = /^(?:([◐◓◑◒]|✳)\uFE0E?\s*)?Qwen - (.*)$/u;

export const readQwenTitle = (text: string): TitleReading => {
	const [, mark, folder] = title.exec(text) ?? [];
	if (folder === undefined) return {state: null, title: text || null};
	return {state: mark === undefined ? 'idle' : mark === '✳' ? 'blocked' : 'working', title: null};
};

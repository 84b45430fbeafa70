import type {TitleReading} from '../kind.ts';

// Gemini CLI draws its title as MARK TEXT (FOLDER): "◇ Ready (app)", "✦ Working… (app)",
// "✋ Action Required (app)", "⏲ Working… (app)" for a long command; qwen is its descendant.
const marks = {'◇': 'idle', '✦': 'working', '⏲': 'working', '✋': 'blocked'} as const;

export const readGeminiTitle = (title: string): TitleReading => {
	const state = marks[[...title][0] as keyof typeof marks] ?? null;
	if (state === null) return {state, title: title || null};
	const subject = /^\S+\s+(.*?)(?:\s+\([^()]*\))?\s*$/u.exec(title)?.[1] ?? '';
	const generic = /^(Ready|Working…?|Action Required|Working\.{3})$/.test(subject);
	return {state, title: generic ? null : subject || null};
};

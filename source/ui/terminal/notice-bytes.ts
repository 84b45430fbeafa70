import type {UiConfig} from '../../config/config.ts';
import type {Notice} from '../../fleet/notice-text.ts';

const bell = '\u0007';

/**
 * What calls a person through their terminal: a bell, OSC 9 (iTerm2, kitty, Windows Terminal …) and
 * OSC 777 (urxvt, foot, Ghostty …). tmux keeps the latter two to itself unless it is told to pass them on.
 */
export const noticeBytes = (
	{title, body}: Notice,
	{ways, isInTmux}: {ways: UiConfig['notify']; isInTmux: boolean},
): string => {
	const pass = (sequence: string): string =>
		isInTmux ? `\u001BPtmux;${sequence.replaceAll('\u001B', '\u001B\u001B')}\u001B\\` : sequence;
	return [
		ways.includes('osc9') ? pass(`\u001B]9;${body}${bell}`) : '',
		ways.includes('osc777') ? pass(`\u001B]777;notify;${title};${body}${bell}`) : '',
		ways.includes('bell') ? bell : '',
	].join('');
};

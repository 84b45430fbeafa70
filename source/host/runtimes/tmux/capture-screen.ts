import type {Screen, ScreenRequest} from '../runtime.ts';
import type {AgentPane} from './agent-pane.ts';
import {capturedLines} from './captured-screen.ts';
import {shownLinks} from './shown-links.ts';
import type {TmuxLink} from './tmux-link.ts';

const measured = ['pane_width', 'pane_height', 'cursor_x', 'cursor_y', 'cursor_flag'];

/** What a pane shows, with so many lines of its history before it. */
export const captureScreen = async (
	{paneId, links}: Pick<AgentPane, 'paneId' | 'links'>,
	{ansi, history}: ScreenRequest,
	run: TmuxLink['run'],
): Promise<Screen> => {
	const capture = ['capture-pane', '-p', '-t', paneId, '-S', history > 0 ? `-${history}` : '0'];
	if (ansi) capture.push('-e');
	const [measures = [], captured = []] = await run([
		['display-message', '-p', '-t', paneId, measured.map(field => `#{${field}}`).join('|')],
		capture,
	]);
	const [cols = 0, rows = 0, x = 0, y = 0, visible] = (measures[0] ?? '').split('|').map(Number);
	const lines = captured.map(line => Buffer.from(line, 'latin1').toString('utf8'));
	return {
		lines: capturedLines(lines, ansi),
		cols,
		rows,
		cursor: {x, y, visible: visible === 1},
		...shownLinks(links, lines),
	};
};

import {exitStatus} from './exit-status.ts';

/** One agent's pane as tmux tells of it. */
export type PaneFields = {
	/** The session that shows it; an agent's window is linked into the hub as well. */
	sessionName: string;
	paneId: string;
	windowId: string;
	agent: string;
	/** The outer shell of the launcher: the leader of the agent's session. */
	leader: number;
	pid: number | null;
	dead: boolean;
	exit: {code: number | null; signal: string | null} | null;
	title: string;
};

/** The format that `parsePane` reads; the title stands last because it may hold anything. */
export const paneFormat = [
	'#{session_name}',
	'#{pane_id}',
	'#{window_id}',
	'#{@fleet_agent}',
	'#{pane_pid}',
	'#{@fleet_pid}',
	'#{pane_dead}',
	'#{@fleet_exit}',
	'#{pane_title}',
].join('|');

/** A line (latin1) of `paneFormat`; null when the pane is no agent's. */
export const parsePane = (line: string): PaneFields | null => {
	const [
		sessionName = '',
		paneId = '',
		windowId = '',
		agent = '',
		leader,
		pid,
		dead,
		exit,
		...title
	] = Buffer.from(line, 'latin1').toString('utf8').split('|');
	if (agent === '') return null;
	return {
		sessionName,
		paneId,
		windowId,
		agent,
		leader: Number(leader),
		pid: pid ? Number(pid) : null,
		dead: dead === '1',
		exit: exit ? exitStatus(Number(exit)) : null,
		title: title.join('|'),
	};
};

import process from 'node:process';
import type {Terminal} from './attach.ts';
import {enterScreen, leaveScreen, restoreModes} from './modes.ts';
import {popTitle, pushTitle, setTitle} from './title.ts';
import {unchangedOutput} from './unchanged-output.ts';

const fatalSignals = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

/**
 * Takes the terminal: raw keys, a screen and a title of its own. What it returns gives it back, once; it is
 * also given back when the process ends in any way that lets it.
 */
export const holdTerminal = ({stdin, stdout}: Terminal, title: string): (() => void) => {
	let isHeld = true;
	const giveBack = () => {
		if (!isHeld) return;
		isHeld = false;
		try {
			stdin.setRawMode?.(false);
			stdout.write(restoreModes + leaveScreen + popTitle);
		} catch {
			// The terminal itself is gone: there is nothing left to put right.
		}
	};

	const onSignal = (signal: NodeJS.Signals) => {
		release();
		// Whoever else listens ends the process in his own way; nobody does: it ends as it would have.
		if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
	};

	const release = () => {
		giveBack();
		process.off('exit', giveBack);
		for (const signal of fatalSignals) process.off(signal, onSignal);
		stdin.unref?.();
	};

	process.on('exit', giveBack);
	for (const signal of fatalSignals) process.on(signal, onSignal);
	stdout.write(pushTitle + setTitle(title) + enterScreen);
	stdin.setRawMode?.(true);
	unchangedOutput(stdin);
	stdin.ref?.();
	return release;
};

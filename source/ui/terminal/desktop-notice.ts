import {spawn} from 'node:child_process';
import process from 'node:process';
import type {Notice} from '../../fleet/notice-text.ts';

const deadlineMs = 5000;

/** The program that shows notifications on this desktop, and its arguments. */
export const desktopNotice = (
	{title, body}: Notice,
	platform: NodeJS.Platform = process.platform,
): string[] =>
	platform === 'darwin'
		? [
				'osascript',
				'-e',
				'on run argv',
				'-e',
				'display notification (item 2 of argv) with title (item 1 of argv)',
				'-e',
				'end run',
				title,
				body,
			]
		: ['notify-send', '--app-name=fleet-console', '--', title, withoutMarkup(body)];

/** Shows it and forgets it; where that cannot be, `doctor` says why. */
export const showOnDesktop = (notice: Notice): void => {
	const [file = '', ...args] = desktopNotice(notice);
	const child = spawn(file, args, {stdio: 'ignore', timeout: deadlineMs, killSignal: 'SIGKILL'});
	child.on('error', () => {});
	child.unref();
};

// The body of a notification may hold markup and links on Linux desktops: remote text must not.
const withoutMarkup = (text: string): string =>
	text.replaceAll('&', '＆').replaceAll('<', '‹').replaceAll('>', '›');

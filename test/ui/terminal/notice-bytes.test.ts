import {expect, test} from 'vitest';
import {desktopNotice} from '../../../source/ui/terminal/desktop-notice.ts';
import {noticeBytes} from '../../../source/ui/terminal/notice-bytes.ts';

const notice = {title: 'fleet-console: dev', body: 'a needs you'};

test('each way to notify is its own sequence, in one piece', () => {
	const bytes = (ways: Parameters<typeof noticeBytes>[1]['ways']) =>
		noticeBytes(notice, {ways, isInTmux: false});
	expect(bytes([])).toBe('');
	expect(bytes(['desktop'])).toBe('');
	expect(bytes(['bell'])).toBe('\u0007');
	expect(bytes(['bell', 'osc9'])).toBe('\u001B]9;a needs you\u0007\u0007');
	expect(bytes(['osc777'])).toBe('\u001B]777;notify;fleet-console: dev;a needs you\u0007');
});

test('tmux is asked to pass on what it would keep, and rings the bell itself', () => {
	expect(noticeBytes(notice, {ways: ['bell', 'osc9'], isInTmux: true})).toBe(
		'\u001BPtmux;\u001B\u001B]9;a needs you\u0007\u001B\\\u0007',
	);
});

test('the desktop is told by arguments, and by nothing that could be markup or an option', () => {
	const evil = {title: 'fleet-console: dev', body: '--help <a href="x">&amp;"; rm'};
	expect(desktopNotice(evil, 'linux')).toEqual([
		'notify-send',
		'--app-name=fleet-console',
		'--',
		'fleet-console: dev',
		'--help ‹a href="x"›＆amp;"; rm',
	]);
	const mac = desktopNotice(evil, 'darwin');
	expect(mac[0]).toBe('osascript');
	expect(mac.slice(-2)).toEqual([evil.title, evil.body]);
});

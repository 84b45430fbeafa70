// The console drawn into a terminal emulator in this process: what a test sees is what a person sees.
import {fakeHost, type FakeHost} from '../../fixtures/fleet/fake-host.ts';
import {startConsole} from '../../source/ui/start.tsx';
import {fakeTerminal, type FakeTerminal} from './terminal.ts';

export type Screen = FakeTerminal & {
	host: FakeHost;
	/** Resolves with the exit code. */
	ended: Promise<number>;
	isStyled(text: string, style: 'inverse' | 'bold' | 'dim'): boolean;
	/** The number of the foreground colour where the text begins; -1 for the terminal's own. */
	colourOf(text: string): number;
	close(): Promise<void>;
};

export const key = {
	enter: '\r',
	escape: '\u001B',
	tab: '\t',
	shiftTab: '\u001B[Z',
	up: '\u001B[A',
	down: '\u001B[B',
	right: '\u001B[C',
	left: '\u001B[D',
	pageDown: '\u001B[6~',
	pageUp: '\u001B[5~',
	home: '\u001B[H',
	end: '\u001B[F',
	delete: '\u001B[3~',
	backspace: '\u007F',
	ctrl: (letter: string) => String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 31),
	paste: (text: string) => `\u001B[200~${text}\u001B[201~`,
};

const open = new Set<Screen>();

/** Ends every screen that a test left open. */
export const closeScreens = async (): Promise<void> => {
	await Promise.all([...open].map(async screen => screen.close()));
};

export const openScreen = ({
	columns = 120,
	rows = 30,
	isCompact = false,
	host = fakeHost(),
} = {}): Screen => {
	const terminal = fakeTerminal({columns, rows});
	const {emulator} = terminal;
	const stop = new AbortController();
	const ended = startConsole({
		services: host.services,
		isCompact,
		stdin: terminal.stdin,
		stdout: terminal.stdout,
		signal: stop.signal,
	});

	const cellOf = (wanted: string) => {
		for (let y = 0; y < emulator.rows; y++) {
			const row = emulator.buffer.active.getLine(emulator.buffer.active.baseY + y)!;
			const x = row.translateToString(false).indexOf(wanted);
			if (x !== -1) return row.getCell(x)!;
		}

		throw new Error(`“${wanted}” is not on the screen:\n${terminal.text()}`);
	};

	const screen: Screen = {
		...terminal,
		host,
		ended,
		isStyled(wanted, style) {
			const cell = cellOf(wanted);
			const flag = {
				inverse: () => cell.isInverse(),
				bold: () => cell.isBold(),
				dim: () => cell.isDim(),
			}[style]();
			return flag !== 0;
		},
		colourOf(wanted) {
			const cell = cellOf(wanted);
			return cell.isFgDefault() ? -1 : cell.getFgColor();
		},
		async close() {
			open.delete(screen);
			stop.abort();
			await ended;
		},
	};
	open.add(screen);
	return screen;
};

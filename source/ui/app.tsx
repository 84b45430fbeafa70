import {useEffect, useMemo, useSyncExternalStore} from 'react';
import {Box, useApp, useInput, usePaste, useWindowSize} from 'ink';
import type {Console} from './console/console.ts';
import {situationOf, type ConsoleState} from './console/state.ts';
import {keyNames} from './keys/key-names.ts';
import {AgentList} from './parts/agent-list.tsx';
import {Line} from './parts/line.tsx';
import {Lines} from './parts/lines.tsx';
import {Overlay} from './parts/overlay.tsx';
import {Preview} from './parts/preview.tsx';
import {cut, widthOf} from './present/cells.ts';
import {editorLine} from './present/editor-lines.ts';
import {footerHints, hintLine, modeHints} from './present/footer.ts';
import {cutSegments, header} from './present/header.ts';
import {diffBodyHeight, diffHead, diffLines} from './present/diff-lines.ts';
import {helpLines} from './present/help.ts';
import {inboxLines, inboxPlace} from './present/inbox-lines.ts';
import {bodyHeight} from './present/layout.ts';
import {modeDialog} from './present/mode-dialog.ts';
import {narrowedText} from './present/narrowed.ts';
import {notice} from './present/notice.ts';
import {painter, type Paint, type Segment} from './present/paint.ts';
import {syncLines, syncPlace} from './present/sync-lines.ts';
import {hostTrouble, toastLines} from './present/toast.ts';

export type SuspendTerminal = (callback: () => Promise<void>) => Promise<unknown>;

/** The console's screen: a picture of its state, and the keys on their way to it. */
export function App({
	console,
	onSuspend,
	onReading,
}: {
	console: Console;
	onSuspend(suspend: SuspendTerminal): void;
	/** Keys are read from now on. */
	onReading?(): void;
}) {
	const state = useSyncExternalStore(console.subscribe, console.get);
	const {columns, rows} = useWindowSize();
	const {suspendTerminal} = useApp();
	useEffect(() => onSuspend(suspendTerminal), [onSuspend, suspendTerminal]);
	useEffect(() => console.resize({columns, rows}), [console, columns, rows]);
	useInput((input, key) => console.press(keyNames(input, key)));
	usePaste(text => console.paste(text));
	useEffect(() => onReading?.(), [onReading]);
	// The state still has the old size while Ink has the new one: drawing then would break lines.
	const {size} = state.layout;
	if (size.columns !== columns || size.rows !== rows) return <Box width={columns} height={rows} />;
	return <Screen state={state} />;
}

export function Screen({state}: {state: ConsoleState}) {
	const {layout, slice, mode, hasColour} = state;
	const {columns, rows} = layout.size;
	const paint = useMemo(() => painter(hasColour), [hasColour]);
	const dialog = modeDialog(state);
	const whole = wholeScreen(state);
	// What lasts would hide the end of what fills the screen for as long.
	const toast = state.toast ?? (whole ? undefined : hostTrouble(slice));
	const said = toast ? toastLines(toast, columns).map(paint) : [];
	const bottom = Number(layout.hasFooter);
	return (
		<Box width={columns} height={rows} flexDirection="column" overflow="hidden">
			<Line
				text={paint(
					header(slice, columns, [...syncPlace(state.sync, slice.now), ...inboxPlace(state.inbox)]),
				)}
			/>
			{whole ? (
				<Lines lines={whole.map(paint)} width={columns} height={rows - 1 - bottom} />
			) : (
				<Body state={state} paint={paint} />
			)}
			{layout.hasFooter && <Line text={paint(footer(state))} />}
			{said.length > 0 && (
				<Overlay lines={said} top={rows - bottom - said.length} left={0} width={columns} />
			)}
			{dialog && (
				<Overlay
					lines={dialog.lines.map(paint)}
					top={dialog.top}
					left={dialog.left}
					width={dialog.width}
				/>
			)}
			{!layout.hasFooter && mode.kind === 'filter' && (
				<Overlay lines={[paint(footer(state))]} top={rows - 1} left={0} width={columns} />
			)}
		</Box>
	);
}

/** What takes the whole screen but its first and last line while it is open. */
const wholeScreen = (state: ConsoleState): Segment[][] | undefined => {
	const {mode, layout} = state;
	const {columns, rows} = layout.size;
	if (mode.kind === 'help') return helpLines(columns, state.detachKey).slice(mode.scroll);
	if (mode.kind === 'inbox') {
		return inboxLines(state, mode.index, rows - 1 - Number(layout.hasFooter));
	}

	if (mode.kind === 'sync') {
		const height = rows - 1 - Number(layout.hasFooter);
		return syncLines(state, mode.index, mode.conflicts, height);
	}

	if (mode.kind !== 'diff') return undefined;
	const body = diffLines(mode, columns).slice(mode.scroll);
	return [...diffHead(mode, columns), ...body.slice(0, diffBodyHeight(layout.size))];
};

function Body({state, paint}: {state: ConsoleState; paint: Paint}) {
	const {layout} = state;
	const {columns} = layout.size;
	const rule = paint([['─'.repeat(columns), {colour: 'grey'}]]);
	if (state.list.length === 0) {
		const {slice, filter, transport, remotes} = state;
		const lines = notice(slice, {filter, transport, remotes, width: columns}).map(paint);
		return (
			<>
				<Lines lines={lines} width={columns} height={bodyHeight(layout)} />
				{layout.hasRule && <Line text={rule} />}
			</>
		);
	}

	if (!layout.preview) {
		return (
			<>
				<AgentList state={state} paint={paint} />
				{layout.hasRule && <Line text={rule} />}
			</>
		);
	}

	if (layout.kind === 'stacked') {
		return (
			<>
				<AgentList state={state} paint={paint} />
				<Preview state={state} size={layout.preview} indent={1} paint={paint} />
				{layout.hasRule && <Line text={rule} />}
			</>
		);
	}

	const bar = paint([['│ ', {colour: 'grey'}]]);
	return (
		<>
			<Box>
				<AgentList state={state} paint={paint} />
				<Lines
					lines={Array.from({length: layout.preview.height}, () => bar)}
					width={2}
					height={layout.preview.height}
				/>
				<Preview state={state} size={layout.preview} indent={0} paint={paint} />
			</Box>
			{layout.hasRule && <Line text={rule} />}
		</>
	);
}

const footer = (state: ConsoleState): Segment[] => {
	const {mode, layout, list, slice} = state;
	const {columns} = layout.size;
	if (mode.kind === 'fleet') {
		// Where the table has no heads, what the filter hides is told here.
		const narrowed = layout.hasHeads ? '' : cut(narrowedText(state), Math.floor(columns / 2));
		const room = columns - (narrowed === '' ? 0 : widthOf(narrowed) + 1);
		const hints = hintLine(footerHints(situationOf(state), room), room);
		return narrowed === '' ? hints : [[` ${narrowed}`, {colour: 'magenta'}], ...hints];
	}

	// A dialog says by itself what its keys do.
	if (modeDialog(state)) return [['']];
	if (mode.kind !== 'filter') return hintLine(modeHints(state), columns);
	const width = Math.max(8, Math.min(30, columns - 20));
	return cutSegments(
		[
			[' /', {bold: true, colour: 'magenta'}],
			...editorLine(mode.editor, width),
			[`  ${list.length} of ${slice.agents.size} `, {colour: 'grey'}],
			...hintLine(modeHints(state), columns - width - 16),
		],
		columns,
	);
};

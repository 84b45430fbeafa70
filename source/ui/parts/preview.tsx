import {Box} from 'ink';
import {selectedAgent, type ConsoleState} from '../console/state.ts';
import {isStale} from '../present/link-text.ts';
import type {Rectangle} from '../present/layout.ts';
import type {Paint} from '../present/paint.ts';
import {previewHead, previewLines} from '../present/preview.ts';
import {Line} from './line.tsx';
import {Lines} from './lines.tsx';

/** The selected agent's own screen, live. */
export function Preview({
	state,
	size,
	indent,
	paint,
}: {
	state: ConsoleState;
	size: Rectangle;
	/** Cells left blank before each line; with some, the head is a rule over the whole width. */
	indent: number;
	paint: Paint;
}) {
	const agent = selectedAgent(state);
	const stale = isStale(state.slice);
	const height = size.height - 1;
	const lines =
		agent && state.preview.id === agent.id
			? previewLines(
					agent,
					state.preview,
					{width: size.width, height},
					{isStale: stale, hasColour: state.hasColour, paint},
				)
			: [];
	return (
		<Box flexDirection="column" width={size.width + indent} height={size.height} flexShrink={0}>
			<Line
				text={previewHead(agent, size.width + indent, {
					paint,
					isRule: indent > 0,
					back: agent && state.preview.id === agent.id ? state.preview.back : 0,
				})}
			/>
			<Box marginLeft={indent}>
				<Lines lines={lines} width={size.width} height={height} />
			</Box>
		</Box>
	);
}

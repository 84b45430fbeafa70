import {memo} from 'react';
import {Box} from 'ink';
import {Line} from './line.tsx';

/** Painted lines from the top of a rectangle; what is left of it stays blank. */
export const Lines = memo(function Lines({
	lines,
	width,
	height,
}: {
	lines: readonly string[];
	width: number;
	height: number;
}) {
	return (
		<Box flexDirection="column" width={width} height={height} overflow="hidden" flexShrink={0}>
			{lines.slice(0, height).map((line, index) => (
				<Line key={index} text={line} />
			))}
		</Box>
	);
});

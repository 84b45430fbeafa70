import {Box} from 'ink';
import {Line} from './line.tsx';

/** Painted lines over what is there, their upper left corner at the given cell. */
export function Overlay({
	lines,
	top,
	left,
	width,
}: {
	lines: readonly string[];
	top: number;
	left: number;
	width: number;
}) {
	return (
		<Box
			position="absolute"
			flexDirection="column"
			marginTop={Math.max(0, top)}
			marginLeft={Math.max(0, left)}
			width={width}
		>
			{lines.map((line, index) => (
				<Line key={index} text={line} />
			))}
		</Box>
	);
}

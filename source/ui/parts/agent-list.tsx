import {Box} from 'ink';
import type {ConsoleState} from '../console/state.ts';
import {columnHeads, extentOf} from '../present/agent-row.ts';
import {shortDuration} from '../present/duration.ts';
import {isStale} from '../present/link-text.ts';
import {narrowedText} from '../present/narrowed.ts';
import type {Paint} from '../present/paint.ts';
import {haveUsed} from '../present/what.ts';
import {AgentLine} from './agent-line.tsx';
import {Line} from './line.tsx';

/** The fleet as a table. */
export function AgentList({state, paint}: {state: ConsoleState; paint: Paint}) {
	const {slice, list, place, layout, pending, filter, marked} = state;
	const {width, height} = layout.list;
	const hostNow = slice.now - slice.clockOffsetMs;
	const extent = extentOf(place.start, height, list.length, filter !== '');
	const hasUsed = haveUsed(list);
	return (
		<Box
			flexDirection="column"
			width={width}
			height={height + Number(layout.hasHeads)}
			flexShrink={0}
		>
			{layout.hasHeads && (
				<Line text={paint(columnHeads(layout, hasUsed, narrowedText(state), extent))} />
			)}
			{list.slice(place.start, place.start + height).map(agent => (
				<AgentLine
					key={agent.id}
					agent={agent}
					age={shortDuration(hostNow - Date.parse(agent.since))}
					isSelected={agent.id === place.selectedId}
					isMarked={marked.has(agent.id)}
					isStale={isStale(slice)}
					hasUsed={hasUsed}
					pending={pending.get(agent.id)?.verb}
					layout={layout}
					paint={paint}
				/>
			))}
		</Box>
	);
}

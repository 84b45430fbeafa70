import {memo} from 'react';
import {agentRow, type RowView} from '../present/agent-row.ts';
import type {Layout} from '../present/layout.ts';
import type {Paint} from '../present/paint.ts';
import {Line} from './line.tsx';

/** One agent; drawn again only when something that it shows has changed. */
export const AgentLine = memo(function AgentLine({
	layout,
	paint,
	...view
}: RowView & {layout: Layout; paint: Paint}) {
	return <Line text={paint(agentRow(view, layout))} />;
});

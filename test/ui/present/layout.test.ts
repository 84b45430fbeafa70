import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {columnsFor} from '../../../source/ui/present/agent-row.ts';
import {layoutFor} from '../../../source/ui/present/layout.ts';

const anySize = fc.record({
	columns: fc.integer({min: 40, max: 300}),
	rows: fc.integer({min: 6, max: 100}),
});

describe('the layout', () => {
	test('uses every row once, and no column twice', () => {
		fc.assert(
			fc.property(anySize, fc.boolean(), (size, isCompact) => {
				const layout = layoutFor(size, isCompact);
				const heads = Number(layout.hasHeads);
				const body =
					layout.kind === 'stacked'
						? heads + layout.list.height + layout.preview!.height
						: heads + layout.list.height;
				expect(1 + body + Number(layout.hasRule) + Number(layout.hasFooter)).toBe(size.rows);
				expect(layout.list.height).toBeGreaterThan(0);
				if (layout.kind === 'wide') {
					expect(layout.list.width + 2 + layout.preview!.width).toBe(size.columns);
				}
			}),
		);
	});

	test('the cells of a row are as wide as the row', () => {
		fc.assert(
			fc.property(anySize, fc.boolean(), fc.boolean(), (size, isCompact, hasUsed) => {
				const layout = layoutFor(size, isCompact);
				const {name, state, age, what, used} = columnsFor(layout, hasUsed);
				const gaps = layout.kind === 'compact' ? 3 + 1 + 1 + 1 : 3 + 1 + 1 + 2 + 1;
				expect(name + state + age + what + (used && used + 2) + gaps).toBe(layout.list.width);
			}),
		);
	});

	test.each([
		[40, 24, 'compact'],
		[80, 16, 'table'],
		[80, 24, 'stacked'],
		[120, 24, 'wide'],
		[200, 50, 'wide'],
	])('%i columns and %i rows are %s', (columns, rows, kind) => {
		expect(layoutFor({columns, rows}, false).kind).toBe(kind);
		expect(layoutFor({columns, rows}, true).kind).toBe('compact');
	});
});

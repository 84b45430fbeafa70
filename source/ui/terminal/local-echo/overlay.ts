import type {Pending, Placed} from './pending.ts';
import type {Cell, Point, Screen} from './screen.ts';

/** What is drawn over what the host has drawn. */
export type Overlay = {
	readonly cells: readonly DrawnCell[];
	readonly cursor: Point;
};

export type DrawnCell = {
	readonly point: Point;
	readonly text: string;
	readonly look: string;
	readonly isInverse: boolean;
	/** The host should have taken it long ago. */
	readonly isLate: boolean;
	/** What the host has drawn there. */
	readonly under: Cell;
};

/** What keys draw before the host does; undefined where it has drawn something else there meanwhile. */
export const overlayOf = (
	placed: readonly Placed[],
	{screen, isLate}: {screen: Screen; isLate(entry: Pending): boolean},
): Overlay | undefined => {
	const cells = new Map<number, DrawnCell>();
	for (const entry of placed) {
		const {at} = entry.place;
		const under = screen.cell(at);
		const text = entry.key.kind === 'letter' ? entry.key.text : ' ';
		// The host has drawn something else there meanwhile.
		const isFree = text === ' ' || under.text === ' ' || under.text === text || cells.has(at.x);
		if (!under.isPlain || !isFree) return undefined;
		const left = cells.get(at.x - 1) ?? (at.x > 0 ? screen.cell({...at, x: at.x - 1}) : under);
		const model = text === ' ' || left.text === ' ' ? under : left;
		const {look} = model;
		const isInverse = model.isInverse && !(model === under && screen.isCursorDrawn);
		cells.set(at.x, {
			point: at,
			text,
			look,
			isInverse,
			isLate: text !== ' ' && isLate(entry),
			under,
		});
	}

	const cursor = placed.at(-1)!.place.after;
	if (screen.isCursorDrawn) {
		for (const point of [screen.cursor!, cursor]) {
			const under = screen.cell(point);
			if (!under.isPlain) return undefined;
			const cell = cells.get(point.x) ?? {...under, point, isLate: false, under};
			cells.set(point.x, {...cell, isInverse: point === cursor});
		}
	}

	const isChanged = ({text, isInverse, isLate, under}: DrawnCell) =>
		isLate || text !== under.text || isInverse !== under.isInverse;
	return {cells: [...cells.values()].filter(isChanged), cursor};
};

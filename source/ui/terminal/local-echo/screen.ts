/** A place on the screen, counted from 0. */
export type Point = {readonly x: number; readonly y: number};

export type Cell = {
	/** What it shows; a space for nothing. */
	text: string;
	/** Nothing was written there since it was erased. */
	isErased: boolean;
	/** One column wide, and all that it looks like is told by `look`: it can be drawn again. */
	isPlain: boolean;
	/** Parameters of an SGR sequence, the inverse aside. */
	look: string;
	isInverse: boolean;
};

/** What the host has drawn. */
export type Screen = {
	readonly columns: number;
	/** Where the next letter would go; undefined where that cannot be told. */
	readonly cursor: Point | undefined;
	/** The terminal's own cursor is hidden there, and the program draws one: an inverse cell. */
	readonly isCursorDrawn: boolean;
	cell(point: Point): Cell;
};

export const blank: Cell = {text: ' ', isErased: true, isPlain: true, look: '0', isInverse: false};

export const isSame = (a: Point | undefined, b: Point | undefined): boolean =>
	a !== undefined && b !== undefined && a.x === b.x && a.y === b.y;

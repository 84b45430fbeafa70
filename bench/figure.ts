/** One line of the bench: both sides of a comparison, and what it was to stay under. */
export type Figure = {
	name: string;
	unit: 'ms' | '%' | 'MB' | 's';
	ours: number;
	/** What the peer took in the same run; null where the limit is absolute. */
	peer: number | null;
	peerName: string;
	/** The most that `ours` may be, in `unit`, worked out from the peer where there is one. */
	limit: number;
	note?: string;
};

/** Figures all at once, or each as soon as it is known: a long scenario that is cut short leaves those. */
export type Figures = Promise<Figure[]> | AsyncIterable<Figure>;

export type Scenario = {name: string; summary: string; run(): Figures};

const round = (value: number): number => Math.round(value * 100) / 100;

export const toLine = (figure: Figure): string =>
	JSON.stringify({
		name: figure.name,
		unit: figure.unit,
		ours: round(figure.ours),
		peer: figure.peer === null ? null : round(figure.peer),
		peerName: figure.peerName,
		ratio: figure.peer ? round(figure.ours / figure.peer) : null,
		limit: round(figure.limit),
		holds: figure.ours <= figure.limit,
		...(figure.note === undefined ? {} : {note: figure.note}),
	});

/** The value that a share `p` (0 to 1) of the samples does not exceed. */
export const percentile = (samples: readonly number[], p: number): number => {
	const sorted = [...samples].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
};

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

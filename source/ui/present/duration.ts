const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A time span in at most four cells: `12s`, `3m`, `2h`, `41d`. */
export const shortDuration = (ms: number): string => {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	if (seconds < minute) return `${seconds}s`;
	if (seconds < hour) return `${Math.floor(seconds / minute)}m`;
	if (seconds < day) return `${Math.floor(seconds / hour)}h`;
	const days = Math.floor(seconds / day);
	return days < 1000 ? `${days}d` : '…';
};

/** The same in a sentence: `38 s`, `3 min`. */
export const duration = (ms: number): string => {
	const seconds = Math.max(0, Math.round(ms / 1000));
	if (seconds < 2 * minute) return `${seconds} s`;
	if (seconds < 2 * hour) return `${Math.floor(seconds / minute)} min`;
	return seconds < 2 * day ? `${Math.floor(seconds / hour)} h` : `${Math.floor(seconds / day)} d`;
};

/** What went wrong in SQLite, by its primary result code (sqlite.org/rescode.html). */
export const sqliteCode = (error: unknown): 'busy' | 'full' | 'corrupt' | 'other' => {
	const code = (error as {errcode?: unknown}).errcode;
	if (typeof code !== 'number') return 'other';
	const names: Record<number, 'busy' | 'full' | 'corrupt'> = {
		5: 'busy',
		6: 'busy',
		11: 'corrupt',
		13: 'full',
		26: 'corrupt',
	};
	return names[code & 0xff] ?? 'other';
};

/** What went wrong in SQLite, by its primary result code (sqlite.org/rescode.html), or with its file. */
export const sqliteCode = (error: unknown): 'busy' | 'full' | 'corrupt' | 'other' => {
	const {errcode: code, code: name} = error as {errcode?: unknown; code?: unknown};
	if (name === 'ENOSPC' || name === 'EDQUOT') return 'full';
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

import path from 'node:path';

/** How this program is started again: the same Node, the same file. */
export const ownCommand = (): string[] => [
	process.execPath,
	...process.execArgv,
	path.resolve(process.argv[1] ?? ''),
];

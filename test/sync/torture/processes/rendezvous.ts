import path from 'node:path';

/** Where steps are counted: the engine and the laptop's side in the console, the host's side in the daemon. */
export const places = ['engine', 'console', 'daemon'] as const;
export type Place = (typeof places)[number];

/** At which steps of a round a process waits for the test. */
export type Script = {round: number; steps: number[]};

export const scriptFile = (folder: string, place: string): string =>
	path.join(folder, `${place}.json`);

/** Appears when the step is met; holds the process's id and the step's name. */
export const metFile = (folder: string, place: string, round: number, step: number): string =>
	path.join(folder, `${place}-${round}-${step}`);

/** Lets it go on. */
export const goFile = (met: string): string => `${met}.go`;

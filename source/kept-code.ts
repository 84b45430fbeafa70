/** The bundle's own place, as its entry tells it; without a bundle there is none. */
declare const fleetProgram: {keepCode?: () => void} | undefined;

/**
 * Keeps V8's code of the functions that ran, for the next start. Once; to be called before a flag of
 * V8 is changed, because code is of use under the same flags only.
 */
export const keepCode = (): void => {
	if (typeof fleetProgram !== 'undefined') fleetProgram.keepCode?.();
};

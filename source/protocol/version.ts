/**
 * The wire's version. A major says who can talk at all; a minor only says what is new: inside
 * one major either side ignores what it does not know, and either may be older.
 */
export const protocol = {major: 1, minor: 0} as const;

/** This build's version, from package.json. */
export const version = process.env.FLEET_VERSION ?? '0.0.0-source';

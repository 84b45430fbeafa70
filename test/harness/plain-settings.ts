import type {SharedSettings} from '../../source/sync/settings.ts';

/** The settings of a rule that joins `~/a` and `~/b`, with nothing special about it. */
export const plainSettings: SharedSettings = {
	id: 'abcdefgh01234567',
	roots: ['~/a', '~/b'],
	exclude: [],
	git: 'exclude',
	dereferenceSymlinks: false,
	includeSecrets: [],
};

import {FleetError} from '../errors.ts';

/** `--keep` must be given: which version is given up is nothing to guess. */
export const flagOf = (value: unknown): 'local' | 'remote' | 'both' => {
	if (value === 'local' || value === 'remote' || value === 'both') return value;
	throw new FleetError('usage', 'expected --keep local, --keep remote or --keep both');
};

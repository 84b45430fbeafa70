import {FleetError} from '../../errors.ts';
import type {CredentialSource} from '../source.ts';

/** A variable of the shell that the console was started in. */
export const env: CredentialSource<{name: string}> = async ({name}, context) => {
	const value = context.env[name];
	if (value === undefined) {
		throw new FleetError('failed', `${name} is not set`, {hint: `Export ${name} and start again.`});
	}

	return value;
};

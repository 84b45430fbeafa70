import {FleetError, toFleetError} from '../../errors.ts';
import type {CredentialSource} from '../source.ts';
import {command} from './command.ts';

/** An item of 1Password, by its own command-line tool, which asks the person to unlock it. */
export const op: CredentialSource<{reference: string}> = async ({reference}, context) => {
	try {
		return await command({argv: ['op', 'read', '--no-newline', reference]}, context);
	} catch (error) {
		const {code, message} = toFleetError(error);
		throw new FleetError(code, message, {
			hint: message.includes('not found')
				? "Install 1Password's command-line tool `op`."
				: 'Unlock 1Password, or run `op signin`, and start again.',
		});
	}
};

import {withRemote} from '../client/remote-hint.ts';
import {FleetError} from '../errors.ts';

/** The same error, whose hint can be typed as it stands. */
export const addressed = (error: FleetError, remote: string | null): FleetError => {
	const {code, message, hint, cause} = error;
	const told = hint === undefined ? undefined : withRemote(hint, remote);
	return told === hint ? error : new FleetError(code, message, {hint: told, cause});
};

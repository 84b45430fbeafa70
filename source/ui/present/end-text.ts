import {withRemote} from '../../client/remote-hint.ts';
import type {Toast} from '../console/state.ts';
import type {AttachOutcome} from '../terminal/attach.ts';
import {harmless} from './cells.ts';

/** What there is to say after an attached session; nothing when the person just left. */
export const endText = (
	name: string,
	outcome: AttachOutcome,
	remote: string | null,
): Toast | undefined => {
	switch (outcome.kind) {
		case 'detached':
			return undefined;
		case 'ended': {
			const {code, signal} = outcome.exit;
			const how = signal === null ? (code === null ? '' : ` with code ${code}`) : ` by ${signal}`;
			return {tone: code === 0 ? 'done' : 'error', text: `${harmless(name)} ended${how}`};
		}

		case 'failed':
			return {
				tone: 'error',
				text: `attach ${harmless(name)}: ${harmless(outcome.error.message)}`,
				hint: outcome.error.hint && harmless(withRemote(outcome.error.hint, remote)),
			};
	}
};

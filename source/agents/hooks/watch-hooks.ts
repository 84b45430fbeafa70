import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import type {HookEvent, WatchContext} from '../kind.ts';
import {readHooks} from './spool.ts';

/** The channel of a kind that has nothing but hooks. */
export const watchHooks =
	(read: (event: HookEvent) => AgentEvidence[]) =>
	({scratch, emit, signal}: WatchContext): Promise<void> =>
		readHooks(
			scratch,
			event => {
				for (const evidence of read(event)) emit(evidence);
			},
			signal,
		);

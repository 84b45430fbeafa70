import type {RootState} from '../endpoint/endpoint.ts';
import type {Side} from '../plan/operation.ts';
import type {Ledger} from './ledger.ts';
import type {HaltReason} from './report.ts';

/**
 * Halts where a root is not the folder that was synced before, and remembers which it is.
 * `accept`: a person said that it is meant.
 */
export const checkRoots = (
	ledger: Ledger,
	states: Record<Side, RootState>,
	{accept}: {accept: boolean},
): HaltReason | undefined => {
	for (const side of ['local', 'remote'] as const) {
		const state = states[side];
		const {root} = state;
		if (state.state === 'missing') return {kind: 'root-missing', side, root};
		if (state.state === 'not-a-folder') return {kind: 'root-not-a-folder', side, root};
		const identity = JSON.stringify([state.marker, state.inode]);
		const known = ledger.meta(`root-${side}`);
		if (known !== undefined && known !== identity && !accept) {
			const [marker, inode] = JSON.parse(known) as [string, number];
			// Either may change alone: a backup restored keeps the marker, a cleanup the folder.
			if (marker !== state.marker && inode !== state.inode) {
				return {kind: 'root-replaced', side, root};
			}
		}
	}

	for (const side of ['local', 'remote'] as const) {
		const state = states[side];
		if (state.state !== 'ready') continue;
		ledger.setMeta(`root-${side}`, JSON.stringify([state.marker, state.inode]));
		ledger.setMeta(`folds-${side}`, state.folds ? '1' : '0');
	}

	return undefined;
};

import type {Pack, RootState} from '../endpoint/endpoint.ts';
import type {Side} from '../plan/operation.ts';
import type {Ledger} from './ledger.ts';
import type {HaltReason} from './report.ts';

/**
 * Why a side's root is not the folder that was synced before; undefined where it is. `accept`: a
 * person said that it is meant.
 */
export const checkRoot = (
	ledger: Ledger,
	side: Side,
	state: RootState,
	{accept}: {accept: boolean},
): HaltReason | undefined => {
	const {root} = state;
	if (state.state === 'missing') return {kind: 'root-missing', side, root};
	if (state.state === 'not-a-folder') return {kind: 'root-not-a-folder', side, root};
	if (state.state === 'overlaps') return {kind: 'roots-overlap', side, root, other: state.other};
	const known = ledger.meta(`root-${side}`);
	if (known === undefined || known === identityOf(state) || accept) return undefined;
	const [marker, inode] = JSON.parse(known) as [string, number];
	// Either may change alone: a backup restored keeps the marker, a cleanup the folder.
	const isAnother = marker !== state.marker && inode !== state.inode;
	return isAnother ? {kind: 'root-replaced', side, root} : undefined;
};

/** The next check asks for this one. */
export const rememberRoot = (ledger: Ledger, side: Side, state: RootState): void => {
	if (state.state !== 'ready') return;
	ledger.setMeta(`root-${side}`, identityOf(state));
	ledger.setMeta(`folds-${side}`, state.folds ? '1' : '0');
	ledger.setMeta(`codings-${side}`, JSON.stringify(state.codings ?? ['plain', 'deflate']));
};

/** How contents for a side may be squeezed. */
export const codingsOf = (ledger: Ledger, side: Side): Array<Pack['coding']> =>
	JSON.parse(ledger.meta(`codings-${side}`) ?? '["plain","deflate"]') as Array<Pack['coding']>;

const identityOf = ({marker, inode}: Extract<RootState, {state: 'ready'}>): string =>
	JSON.stringify([marker, inode]);

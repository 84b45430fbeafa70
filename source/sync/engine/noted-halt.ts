import type {Ledger} from './ledger.ts';
import type {HaltReason} from './report.ts';

type Book = Pick<Ledger, 'meta' | 'setMeta'>;

/** Writes down why a rule stands still, for whoever lists what needs a person without looking at the trees. */
export const noteHalt = (ledger: Book, halted: HaltReason | undefined): void =>
	ledger.setMeta('halted', halted === undefined ? '' : JSON.stringify(halted));

/** Why the rule stood still when it was last looked at. */
export const notedHalt = (ledger: Book): HaltReason | undefined => {
	const text = ledger.meta('halted');
	return text ? (JSON.parse(text) as HaltReason) : undefined;
};

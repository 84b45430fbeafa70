import {folderSignature, type Signature} from '../entry.ts';
import {joinPath, type BytePath} from '../path.ts';
import type {Plan} from '../plan/operation.ts';
import type {CycleParts} from './cycle.ts';

/** What was under way when the last cycle was cut off: what was done of it is what both sides knew. */
export const recover = async ({ledger, endpoints}: CycleParts): Promise<void> => {
	const intents = ledger.intents();
	if (intents.length === 0) return;
	const done = new Map<string, Map<BytePath, Signature | undefined>>();
	for (const {txn, side} of intents) {
		if (!done.has(txn)) done.set(txn, new Map(await endpoints[side].done(txn)));
	}

	const agreed: Plan['agreed'] = [];
	for (const {txn, side, path, signature, files = []} of intents) {
		const reached = done.get(txn)!;
		// What was done of a path may be the first of two steps: only the last one leaves what was wanted.
		const isDone = (at: BytePath, wanted: Signature | undefined) =>
			reached.has(at) && reached.get(at) === wanted;
		const isAgreed = (at: BytePath, wanted: Signature | undefined) =>
			isDone(at, wanted) || ledger.entryAt(side, at)?.signature === wanted;
		if (isAgreed(path, signature)) agreed.push([path, signature]);
		const isFilled = isDone(path, folderSignature);
		for (const [name, content] of files) {
			const at = joinPath(path, name);
			if (isFilled || isAgreed(at, content)) agreed.push([at, content]);
		}
	}

	ledger.transaction(() => {
		ledger.agree(agreed);
		ledger.clearIntents();
	});
};

import {randomBytes} from 'node:crypto';
import {FleetError} from '../errors.ts';
import type {CommitReply} from './endpoint/endpoint.ts';
import {unpackContents} from './endpoint/pack.ts';
import {isFile, isLink} from './entry.ts';
import type {KnownConflict} from './engine/ledger.ts';
import {takeChanges} from './engine/look.ts';
import type {OpenRule} from './engine/open-rule.ts';
import {parentOf} from './path.ts';
import type {Operation, Side} from './plan/operation.ts';

/**
 * Settles a conflict on the laptop; the next sync brings that to the host. The version that is
 * given up goes to the trash, never away. Rejects with `conflict` when either file changed
 * meanwhile.
 */
export const resolveConflict = async (
	open: OpenRule,
	conflict: KnownConflict,
	keep: Side | 'both',
	signal: AbortSignal,
): Promise<void> =>
	open.locked(signal, async () => {
		const {ledger} = open;
		if (keep !== 'both') await give(open, conflict, keep, signal);
		ledger.dropConflict(conflict.copy);
	});

async function give(
	{ledger, local}: OpenRule,
	{path, copy, keeps}: KnownConflict,
	keep: Side,
	signal: AbortSignal,
): Promise<void> {
	const state = await local.open({create: false});
	if (state.state !== 'ready')
		throw new FleetError('halted', 'the rule’s local folder is not there');
	const folders = [...new Set([parentOf(path), parentOf(copy)])];
	const reply = await local.scan({
		full: false,
		folders,
		since: ledger.cursor('local'),
		inlineBytes: 0,
	});
	await takeChanges(ledger, 'local', local, reply.changes, signal);
	const kept = ledger.entryAt('local', path);
	const other = ledger.entryAt('local', copy);
	if (other === undefined) {
		throw new FleetError('conflict', 'the other version is not on this side yet', {
			hint: 'Run `console sync` first.',
		});
	}

	const txn = randomBytes(6).toString('hex');
	if (keep !== keeps) {
		const contents = isFile(other.signature)
			? unpackContents(
					await local.read({
						items: [{path: copy, signature: other.signature, size: other.size}],
						codings: ['plain'],
					}),
				)
			: [];
		const put: Operation = {
			kind: 'put',
			path,
			...other,
			expected: kept?.signature,
			copy: undefined,
		};
		if (!isFile(other.signature) && !isLink(other.signature)) {
			throw new FleetError('not-supported', 'a folder’s conflict is settled by hand');
		}

		check(
			await local.commit({
				txn,
				operations: [put],
				contents: contents.map(content => ({...content, path})),
				packs: [],
				filled: false,
			}),
		);
	}

	const remove: Operation = {kind: 'remove', path: copy, expected: other.signature};
	check(await local.commit({txn, operations: [remove], contents: [], packs: [], filled: false}));
}

function check({results}: CommitReply): void {
	if (results.some(({status}) => status !== 'done')) {
		throw new FleetError('conflict', 'the file changed meanwhile', {hint: 'Sync, and try again.'});
	}
}

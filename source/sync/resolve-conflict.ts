import {randomBytes} from 'node:crypto';
import {FleetError} from '../errors.ts';
import type {CommitReply, Endpoint} from './endpoint/endpoint.ts';
import {isFile, isLink} from './entry.ts';
import type {KnownConflict} from './engine/ledger.ts';
import {takeChanges} from './engine/look.ts';
import type {OpenRule} from './engine/open-rule.ts';
import {parentOf, type BytePath} from './path.ts';
import type {Operation, Put, Side} from './plan/operation.ts';

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
		if (!isFile(other.signature) && !isLink(other.signature)) {
			throw new FleetError('not-supported', 'a folder’s conflict is settled by hand');
		}

		const [found] = await local.measure([copy]);
		const {signature} = other;
		const put: Put = {
			kind: 'put',
			path,
			signature,
			...(found ?? {size: 0, mtimeMs: 0}),
			expected: kept?.signature,
			copy: undefined,
		};
		if (isFile(signature)) await carry(local, txn, copy, path, signal);
		const contents = {contents: [], packs: [], filled: true};
		check(await local.commit({txn, operations: [put], ...contents}));
	}

	const remove: Operation = {kind: 'remove', path: copy, expected: other.signature};
	check(await local.commit({txn, operations: [remove], contents: [], packs: [], filled: false}));
}

const partBytes = 1024 * 1024;

/** A copy beside the tree, of any size; what comes of it, its hash says. */
async function carry(
	local: Endpoint,
	txn: string,
	from: BytePath,
	to: BytePath,
	signal: AbortSignal,
): Promise<void> {
	for (let offset = 0; ;) {
		signal.throwIfAborted();
		const bytes = await local.readPart({path: from, offset, length: partBytes});
		if (offset > 0 && bytes.length === 0) return;
		await local.stagePart({txn, path: to, offset, bytes});
		if (bytes.length === 0) return;
		offset += bytes.length;
	}
}

function check({results}: CommitReply): void {
	if (results.some(({status}) => status !== 'done')) {
		throw new FleetError('conflict', 'the file changed meanwhile', {hint: 'Sync, and try again.'});
	}
}

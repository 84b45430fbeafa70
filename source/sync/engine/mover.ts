import {FleetError, type ErrorCode} from '../../errors.ts';
import type {Endpoint} from '../endpoint/endpoint.ts';
import type {BytePath} from '../path.ts';
import type {Put, Side} from '../plan/operation.ts';

export type MoveJob = {
	txn: string;
	from: Side;
	to: Side;
	puts: readonly Put[];
	signal: AbortSignal;
	onBytes: (bytes: number) => void;
};

/**
 * Brings larger files beside the tree of the other side. What it brings is checked against its
 * hash afterwards: it may fail, or bring a torn file, and nothing comes of it. Yields the files that
 * it knows to have failed, and why; rejects where the way itself failed, or the disk is full.
 */
export type Mover = (job: MoveJob) => Promise<ReadonlyMap<BytePath, FleetError>>;

/** With these another file may fare better. */
const ofOneFile: ReadonlySet<ErrorCode> = new Set(['failed', 'denied', 'not-supported']);

const partBytes = 1024 * 1024;

/** Carries files in parts over the endpoints themselves: needs no rsync, and knows no deltas. */
export const partMover =
	(endpoints: Record<Side, Endpoint>): Mover =>
	async ({txn, from, to, puts, signal, onBytes}) => {
		const bring = async ({path, size}: Put): Promise<void> => {
			for (let offset = 0; ;) {
				signal.throwIfAborted();
				const bytes = await endpoints[from].readPart({path, offset, length: partBytes});
				if (bytes.length === 0) break;
				await endpoints[to].stagePart({txn, path, offset, bytes});
				onBytes(bytes.length);
				offset += bytes.length;
				// It grew since: what was planned can no longer come of it.
				if (offset > size) break;
			}
		};

		const failed = new Map<BytePath, FleetError>();
		for (const put of puts) {
			try {
				await bring(put);
			} catch (error) {
				if (!(error instanceof FleetError && ofOneFile.has(error.code))) throw error;
				failed.set(put.path, error);
			}
		}

		return failed;
	};

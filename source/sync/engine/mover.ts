import type {Endpoint} from '../endpoint/endpoint.ts';
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
 * hash afterwards: it may fail, or bring a torn file, and nothing comes of it.
 */
export type Mover = (job: MoveJob) => Promise<void>;

const partBytes = 1024 * 1024;

/** Carries files in parts over the endpoints themselves: needs no rsync, and knows no deltas. */
export const partMover =
	(endpoints: Record<Side, Endpoint>): Mover =>
	async ({txn, from, to, puts, signal, onBytes}) => {
		for (const {path, size} of puts) {
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
		}
	};

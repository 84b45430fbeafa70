import type {TreeEndpoint} from '../../sync/endpoint/endpoint.ts';
import {createWorkerEndpoint} from '../../sync/endpoint/worker-endpoint.ts';
import {answerCall, commitOrder, type ParsedCall} from '../../sync/remote/answer-call.ts';
import {encodeFrame} from '../../sync/remote/frame.ts';
import type {RemoteCall} from '../../sync/remote/wire.ts';
import {watchRoot, type RootWatch, type WatchChange} from '../../sync/watch/watch-root.ts';
import {CommitTurns} from './commit-turns.ts';

export type SyncChange = {root: string; paths: string[]; rescan: boolean};

type Held = {
	key: string;
	endpoint: TreeEndpoint;
	turns: CommitTurns;
	opened: boolean;
	watch: RootWatch | undefined;
	usedAt: number;
	running: number;
};

/** A rule of which nothing was heard for this long is given up: its laptop looks at it every ten minutes at least. */
const idleMs = 15 * 60 * 1000;

/** The host's sides of all sync rules, each in a thread that is there while a laptop asks. */
export class HostSync {
	readonly #options: {stateFolder: string; announce: (change: SyncChange) => void};
	readonly #held = new Map<string, Held>();
	readonly #timer: NodeJS.Timeout;

	constructor(options: {stateFolder: string; announce: (change: SyncChange) => void}) {
		this.#options = options;
		this.#timer = setInterval(() => void this.#dropIdle(), idleMs / 3).unref();
	}

	/** Does one call of the wire, and yields the framed answer; `gone` where nobody waits for it any more. */
	async answer(name: RemoteCall, call: ParsedCall, gone: AbortSignal): Promise<Buffer> {
		const held = await this.#hold(call);
		held.running++;
		held.usedAt = Date.now();
		try {
			if (name === 'watch') return encodeFrame(await this.#watch(held, call));
			// A daemon that began anew knows of no root yet, and the laptop need not notice.
			if (!held.opened && name !== 'open') await held.endpoint.open({create: false});
			held.opened = true;
			if (name !== 'commit') return await answerCall(held.endpoint, name, call);
			const order = commitOrder(call);
			return await held.turns.take(order, gone, () => answerCall(held.endpoint, name, call));
		} catch (error) {
			held.opened = false;
			throw error;
		} finally {
			held.running--;
		}
	}

	async close(): Promise<void> {
		clearInterval(this.#timer);
		await Promise.all([...this.#held.values()].map(held => this.#drop(held)));
	}

	async #hold({settings, root}: ParsedCall): Promise<Held> {
		const key = JSON.stringify([settings, root]);
		const known = this.#held.get(settings.id);
		if (known?.key === key) return known;
		// The rule was changed: its tree is another one now.
		if (known !== undefined) await this.#drop(known);
		const {stateFolder} = this.#options;
		const held: Held = {
			key,
			endpoint: createWorkerEndpoint({side: 'remote', root, settings, stateFolder}),
			turns: new CommitTurns(),
			opened: false,
			watch: undefined,
			usedAt: Date.now(),
			running: 0,
		};
		this.#held.set(settings.id, held);
		return held;
	}

	async #watch(held: Held, {settings, root}: ParsedCall): Promise<object> {
		const state = await held.endpoint.open({create: false});
		if (state.state !== 'ready')
			return {mode: 'poll', reason: 'the root is not there', isNew: true};
		const isNew = held.watch?.isOpen !== true;
		if (isNew) {
			await held.watch?.close();
			held.watch = watchRoot({
				root: state.root,
				settings,
				onChange: change => void this.#hear(held, root, change),
			});
		}

		return {...(await held.watch!.ready), isNew};
	}

	/** Tells the laptop of what it does not know yet: not of what it had written here. */
	async #hear(held: Held, root: string, {folders, rescan}: WatchChange): Promise<void> {
		const {announce} = this.#options;
		if (rescan) {
			announce({root, paths: [], rescan});
			return;
		}

		// A side that cannot say is looked at.
		const paths = await held.endpoint.differing(folders).catch(() => folders);
		if (paths.length > 0) announce({root, paths, rescan});
	}

	async #drop(held: Held): Promise<void> {
		for (const [id, other] of this.#held) if (other === held) this.#held.delete(id);
		await held.watch?.close();
		await held.endpoint.close();
	}

	async #dropIdle(): Promise<void> {
		for (const held of [...this.#held.values()]) {
			if (held.running === 0 && Date.now() - held.usedAt > idleMs) await this.#drop(held);
		}
	}
}

import {readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {makePrivateFolder} from '../../config/private-folder.ts';
import * as v from 'valibot';

const schema = v.object({
	version: v.literal(1),
	/** What it was learned of; another address or program makes it worthless. */
	target: v.string(),
	socket: v.pipe(v.string(), v.regex(/^\/[^\0\n]{1,300}$/)),
	route: v.picklist(['streamlocal', 'dial-stdio']),
	/** When the route was found, ISO 8601. */
	foundAt: v.pipe(v.string(), v.isoTimestamp()),
});

/** The way to a host's daemon, as it was found the last time. */
export type Way = {socket: string; route: 'streamlocal' | 'dial-stdio'; foundAt: string};

/** What is remembered of a remote between runs, one small file; losing it costs one round trip more. */
export class RemoteMemory {
	readonly #file: string;
	readonly #target: string;
	#way: Way | null | undefined;
	#written: Promise<void> = Promise.resolve();

	/** `target` is where and what the memory is about. */
	constructor(stateFolder: string, remote: string, target: string) {
		// A name of the configuration is no path.
		this.#file = path.join(stateFolder, 'remotes', `${encodeURIComponent(remote)}.json`);
		this.#target = target;
	}

	/** Null when nothing fitting is remembered. */
	async recall(): Promise<Way | null> {
		if (this.#way === undefined) {
			const way = await this.#read();
			this.#way ??= way;
		}

		return this.#way;
	}

	/** Keeps it; a state folder that cannot be written keeps it for this run. */
	remember(way: Way): Promise<void> {
		this.#way = way;
		this.#written = this.#written.then(() => this.#write(way)).catch(() => {});
		return this.#written;
	}

	/** Resolves when everything is on disk. */
	settled(): Promise<void> {
		return this.#written;
	}

	async #read(): Promise<Way | null> {
		try {
			const text = await readFile(this.#file, 'utf8');
			const {target, socket, route, foundAt} = v.parse(schema, JSON.parse(text));
			return target === this.#target ? {socket, route, foundAt} : null;
		} catch {
			return null;
		}
	}

	async #write(way: Way): Promise<void> {
		const temporary = `${this.#file}.${process.pid}`;
		makePrivateFolder(path.dirname(this.#file));
		try {
			const record = {version: 1, target: this.#target, ...way};
			await writeFile(temporary, `${JSON.stringify(record)}\n`, {mode: 0o600});
			await rename(temporary, this.#file);
		} catch (error) {
			await rm(temporary, {force: true});
			throw error;
		}
	}
}

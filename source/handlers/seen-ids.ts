const limit = 20_000;

/** Ids that were met before, the newest 20,000 of them. */
export class SeenIds {
	#ids = new Set<string>();

	has(id: string): boolean {
		return this.#ids.has(id);
	}

	/** False when it was there already. */
	add(id: string): boolean {
		if (this.#ids.has(id)) return false;
		this.#ids.add(id);
		if (this.#ids.size > limit) this.#ids.delete(this.#ids.values().next().value!);
		return true;
	}
}

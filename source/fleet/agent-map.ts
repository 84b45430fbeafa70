import type {Agent} from '../protocol/agent.ts';

const shardCount = 256;

// FNV-1a: ids differ at their ends, and that is enough for it to spread them.
const shardOf = (id: string): number => {
	let hash = 0x811c9dc5;
	for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
	return (hash >>> 16) % shardCount;
};

type Shard = ReadonlyMap<string, Agent>;
const emptyShard: Shard = new Map();

/**
 * Agents by id, never changed in place. A change copies only the shards that it touches: whole
 * copies of 10,000 agents many times a second would fill the memory with garbage.
 */
export class AgentMap implements ReadonlyMap<string, Agent> {
	static readonly empty = new AgentMap(
		Array.from({length: shardCount}, () => emptyShard),
		0,
	);
	readonly size: number;
	readonly #shards: readonly Shard[];

	private constructor(shards: readonly Shard[], size: number) {
		this.#shards = shards;
		this.size = size;
	}

	get(id: string): Agent | undefined {
		return this.#shards[shardOf(id)]!.get(id);
	}

	has(id: string): boolean {
		return this.#shards[shardOf(id)]!.has(id);
	}

	/** The map with these agents put in or replaced, and those of `undefined` taken out. */
	with(changes: ReadonlyMap<string, Agent | undefined>): AgentMap {
		const shards = [...this.#shards];
		const own = new Map<number, Map<string, Agent>>();
		let size = this.size;
		for (const [id, agent] of changes) {
			const index = shardOf(id);
			let shard = own.get(index);
			if (!shard) {
				shard = new Map(shards[index]);
				own.set(index, shard);
				shards[index] = shard;
			}

			size += Number(agent !== undefined) - Number(shard.has(id));
			if (agent) shard.set(id, agent);
			else shard.delete(id);
		}

		return new AgentMap(shards, size);
	}

	*values(): MapIterator<Agent> {
		for (const shard of this.#shards) yield* shard.values();
	}

	*keys(): MapIterator<string> {
		for (const shard of this.#shards) yield* shard.keys();
	}

	*entries(): MapIterator<[string, Agent]> {
		for (const shard of this.#shards) yield* shard.entries();
	}

	[Symbol.iterator](): MapIterator<[string, Agent]> {
		return this.entries();
	}

	forEach(callback: (agent: Agent, id: string, map: ReadonlyMap<string, Agent>) => void): void {
		for (const [id, agent] of this.entries()) callback(agent, id, this);
	}
}

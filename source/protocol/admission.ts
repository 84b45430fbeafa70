/** Whether one more request is taken now; time is milliseconds. Both ends ask, since neither trusts the other to. */
export type Admission = {admit(agent: string | null, now: number): boolean};

export type Rate = {burst: number; perSecond: number};

const perAgent: Rate = {burst: 10, perSecond: 1};
const perRemote: Rate = {burst: 30, perSecond: 3};
const maxAgents = 500;

type Bucket = {tokens: number; at: number};

const refill = (bucket: Bucket, {burst, perSecond}: Rate, now: number): Bucket => ({
	tokens: Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond),
	at: now,
});

/**
 * Token buckets: one an agent, so that a flood of one does not silence the others, and one for the
 * remote, because a host can name as many agents as it likes. What is not admitted costs nothing more.
 */
export const createAdmission = (agentRate = perAgent, remoteRate = perRemote): Admission => {
	const buckets = new Map<string, Bucket>();
	let remote: Bucket = {tokens: remoteRate.burst, at: 0};
	return {
		admit(agent, now) {
			remote = refill(remote, remoteRate, now);
			if (remote.tokens < 1) return false;
			const key = agent ?? '';
			const bucket = refill(buckets.get(key) ?? {tokens: agentRate.burst, at: now}, agentRate, now);
			if (bucket.tokens < 1) return false;
			remote.tokens--;
			bucket.tokens--;
			buckets.delete(key);
			buckets.set(key, bucket);
			if (buckets.size > maxAgents) buckets.delete(buckets.keys().next().value!);
			return true;
		},
	};
};

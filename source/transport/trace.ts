import {debuglog} from 'node:util';

export type Trace = {
	say(text: string): void;
	/** Tells of the work's beginning, and of its end however it comes: what has none is what hangs. */
	around<T>(name: string, work: () => Promise<T>): Promise<T>;
};

/** What a part of the program does, step by step, on stderr where `NODE_DEBUG` names the section. */
export const createTrace = (section: string): Trace => {
	const log = debuglog(section);
	let counter = 0;
	const say = (text: string) => {
		if (log.enabled) log('%s %s', new Date().toISOString().slice(11, 23), text);
	};

	return {
		say,
		async around(name, work) {
			if (!log.enabled) return work();
			const startedAt = performance.now();
			const title = `${counter++} ${name}`;
			const end = (how: string) =>
				say(`${title}: ${how}, ${Math.round(performance.now() - startedAt)} ms`);
			say(`${title} …`);
			try {
				const result = await work();
				end('done');
				return result;
			} catch (error) {
				end((error as Error).message);
				throw error;
			}
		},
	};
};

/** Lanes, and the channels on them: `NODE_DEBUG=fleet-link`. */
export const linkTrace = createTrace('fleet-link');

import type {Command} from './command.ts';

/** A shell waits for this with the person's hands on the keys. */
const patienceMs = 2000;

export const complete: Command = {
	name: 'complete',
	summary: 'what can stand at the end of a command line, for a shell’s completion',
	hidden: true,
	passThrough: true,
	async run(context, {rest}) {
		const [{completeWords}, {loadTable}, {createContext}] = await Promise.all([
			import('./completion/complete-words.ts'),
			import('./table.ts'),
			import('./context.ts'),
		]);
		const {completion, remote, config} = completeWords(rest, await loadTable());
		const show = ({value, description}: {value: string; description: string}) =>
			context.print(`${value}\t${description}`);
		if (completion.kind === 'words') {
			for (const word of completion.words) show(word);
			return 0;
		}

		const {of, before} = completion;
		if (of === 'file' || of === 'directory') {
			context.print(`:${of}`);
			return 0;
		}

		const {namesOf} = await import('./completion/names.ts');
		const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patienceMs)]);
		const owned = createContext({flags: {remote, config, quiet: true}}, signal);
		// Nobody is asked for a passphrase in the middle of a command line.
		owned.context.prompt = async () => null;
		try {
			const last = rest.at(-1) ?? '';
			for (const {value, description} of await namesOf(of, owned.context)) {
				const full = before + value;
				if (full.startsWith(last) || !last.startsWith(before)) show({value: full, description});
			}
		} catch {
			// No configuration, no host: then there is nothing to offer.
		} finally {
			await owned.close();
		}

		return 0;
	},
};

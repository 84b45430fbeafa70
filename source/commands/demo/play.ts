import type {Scene, Step} from './scene.ts';

export type Stage = {
	stdin: NodeJS.ReadStream;
	stdout: {write(text: string): unknown};
	/** Ends the play; agents are ended by TERM. */
	signal: AbortSignal;
};

type Report = {state: string; title?: string | undefined; kind?: string; message?: string};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A program status report, which terminals do not show (OSC 7501). */
const report = ({state, kind, title, message}: Report): string =>
	`\u001B]7501;${[
		`state=${state}`,
		'app=demo',
		...(kind ? [`kind=${kind}`] : []),
		...(title ? [`title=${base64(title)}`] : []),
		...(message ? [`msg=${base64(message)}`] : []),
	].join(':')}\u001B\\`;

/** Plays a scene on this terminal until it is ended, or exits by itself. Yields the exit code. */
export const play = async (scene: Scene, {stdin, stdout, signal}: Stage): Promise<number> => {
	const typed = lineReader(stdin, signal);
	const line = (text: string) => stdout.write(`${text}\r\n`);
	const pause = async (milliseconds: number) =>
		new Promise<void>((resolve, reject) => {
			const leave = () => {
				clearTimeout(timer);
				reject(signal.reason as Error);
			};

			const timer = setTimeout(() => {
				signal.removeEventListener('abort', leave);
				resolve();
			}, milliseconds);
			signal.addEventListener('abort', leave, {once: true});
		});

	/** Yields an exit code when the step is the last. */
	const perform = async (step: Step): Promise<number | undefined> => {
		if ('say' in step) {
			line(step.say);
			if (step.over) await pause(step.over);
		} else if ('state' in step) {
			stdout.write(report(step));
		} else if ('pause' in step) {
			await pause(step.pause);
		} else if ('progress' in step) {
			const {title, from, to, every} = step.progress;
			for (let at = from; at <= to; at++) {
				stdout.write(report({state: 'working', title: `${title} ${at}/${to}`}));
				stdout.write(`\r\u001B[K  ${title} ${at}/${to}`);
				await pause(every);
			}

			line('');
		} else if ('ask' in step) {
			const choices = step.choices.map((choice, index) => `${index + 1}. ${choice}`);
			line('');
			line(`  ${step.ask}`);
			for (const choice of choices) line(`  ${choice}`);
			stdout.write(
				`\u001B[33m  ❯ \u001B[0m${report({state: 'blocked', kind: step.kind, message: step.ask})}`,
			);
			const answer = await typed.next();
			const chosen = step.choices[Number(answer.trim() || '1') - 1];
			line(`\u001B[2m  ${chosen ?? answer}\u001B[0m`);
		} else {
			return step.exit;
		}

		return undefined;
	};

	try {
		let steps = scene.steps;
		for (;;) {
			for (const step of steps) {
				const code = await perform(step);
				if (code !== undefined) return code;
			}

			stdout.write('\u001B[33m❯ \u001B[0m');
			await typed.next();
			steps = scene.onPrompt;
		}
	} catch (error) {
		if (signal.aborted) return 143;
		throw error;
	} finally {
		typed.close();
	}
};

/** Lines as the terminal makes them; it echoes what is typed. */
function lineReader(stdin: NodeJS.ReadStream, signal: AbortSignal) {
	let text = '';
	let wake: () => void = () => {};
	const read = (chunk: Buffer | string) => {
		text += String(chunk);
		wake();
	};

	stdin.on('data', read);
	return {
		async next(): Promise<string> {
			for (;;) {
				signal.throwIfAborted();
				const end = text.search(/[\r\n]/);
				if (end !== -1) {
					const found = text.slice(0, end);
					text = text.slice(end + 1);
					return found;
				}

				await new Promise<void>(resolve => {
					wake = resolve;
					signal.addEventListener('abort', () => resolve(), {once: true});
				});
			}
		},
		close() {
			stdin.off('data', read);
			stdin.pause();
		},
	};
}

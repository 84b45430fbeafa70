import process from 'node:process';
import {render} from 'ink';
import {App, type SuspendTerminal} from './app.tsx';
import {createConsole} from './console/console.ts';
import {namedRemote} from './console/request.ts';
import type {ConsoleTerminal} from './console/context.ts';
import type {Toast} from './console/state.ts';
import {endText} from './present/end-text.ts';
import {createHeapLimit} from './limit-heap.ts';
import type {ConsoleServices} from './services.ts';
import {attach} from './terminal/attach.ts';
import {showOnDesktop} from './terminal/desktop-notice.ts';
import {watchFocus} from './terminal/focus.ts';
import {interject} from './terminal/interject.ts';
import {watchMouse} from './terminal/mouse.ts';
import {noticeBytes} from './terminal/notice-bytes.ts';
import {releaseStdin} from './terminal/release-stdin.ts';
import {runProgram} from './terminal/run-program.ts';
import {pauseProcess} from './terminal/pause-process.ts';
import {popTitle, pushTitle, setTitle, titleOf} from './terminal/title.ts';

export type StartOptions = {
	services: ConsoleServices;
	/** One column, for a tmux side pane. */
	isCompact?: boolean;
	stdin: NodeJS.ReadStream;
	stdout: NodeJS.WriteStream;
	/** Ends the console, with exit code 130. */
	signal: AbortSignal;
};

/** https://no-color.org: set and not empty, whatever its value. */
const hasColour = (env: NodeJS.ProcessEnv = process.env): boolean =>
	!env['NO_COLOR'] && env['FORCE_COLOR'] !== '0' && env['TERM'] !== 'dumb';

/** Shows the console until the person leaves; resolves with the exit code. The first frame waits for nothing. */
export const startConsole = async (options: StartOptions): Promise<number> => {
	const {services, isCompact = false, stdin, stdout, signal} = options;
	let suspendTerminal: SuspendTerminal = async callback => callback();
	let title = '';

	const tellTitle = () => {
		const next = titleOf(console.get().slice);
		if (next === title || isAway) return;
		title = next;
		stdout.write(setTitle(next));
	};

	let isAway = false;
	let attached: string | undefined;
	let hasFocus: boolean | undefined;
	const interjection = interject(stdout);
	/** What is said while another program has the terminal for itself; the last of it is enough. */
	let held = '';
	let deaf = () => {};
	/** Hears what the terminal tells beside the keys. */
	const listen = () => {
		deaf();
		const endFocus = services.notify
			? watchFocus({stdin, stdout}, focus => {
					hasFocus = focus;
				})
			: () => {};
		const endMouse = services.hasMouse
			? watchMouse({stdin, stdout}, report => console.mouse(report))
			: () => {};
		deaf = () => {
			endFocus();
			endMouse();
		};
	};

	const away = async (work: () => Promise<void>) => {
		isAway = true;
		deaf();
		deaf = () => {};
		// What happens to it meanwhile is not told.
		hasFocus = undefined;
		try {
			await suspendTerminal(work);
		} finally {
			isAway = false;
			listen();
			stdout.write(held);
			held = '';
			// Whoever had the terminal may have changed it.
			title = '';
			tellTitle();
		}
	};

	const terminal: ConsoleTerminal = {
		async attach(agent, {observe}) {
			let toast: Toast | undefined;
			await away(async () => {
				attached = agent.id;
				const outcome = await attach({
					stdin,
					stdout,
					name: agent.name,
					detachKey: services.detachKey,
					localEcho: services.localEcho,
					observe,
					signal,
					interjection,
					onLinkBack: listener =>
						services.source.subscribe(input => {
							if (input.kind === 'link' && input.link.phase === 'live') listener();
						}),
					open: size => services.host.attach(agent.id, size),
				}).finally(() => {
					attached = undefined;
				});
				toast = endText(agent.name, outcome, namedRemote(services));
			});
			return toast;
		},
		async run(program) {
			let code: number | null = null;
			await away(async () => {
				code = await runProgram(stdin, program);
			});
			return code;
		},
		async suspend() {
			await away(async () => {
				stdout.write(popTitle);
				await pauseProcess();
				stdout.write(pushTitle);
			});
		},
		redraw() {
			// Handing the terminal over and taking it back draws everything anew.
			void away(async () => {});
		},
		notify(notice) {
			const {ways = []} = services.notify ?? {};
			const text = noticeBytes(notice, {ways, isInTmux: Boolean(process.env['TMUX'])});
			if (attached !== undefined) interjection.say(text);
			else if (isAway) held = text;
			else stdout.write(text);
			if (ways.includes('desktop')) showOnDesktop(notice);
		},
		attached: () => attached,
		hasFocus: () => hasFocus,
		isShown: () => !isAway,
	};

	const console = createConsole({
		services,
		terminal,
		isCompact,
		hasColour: hasColour(),
		size: {columns: stdout.columns || 80, rows: stdout.rows || 24},
	});
	const unsubscribe = console.subscribe(tellTitle);
	stdout.write(pushTitle);
	const app = render(
		<App
			console={console}
			onSuspend={suspend => {
				suspendTerminal = suspend;
			}}
			onReading={listen}
		/>,
		{
			stdin,
			stdout,
			interactive: true,
			alternateScreen: true,
			incrementalRendering: true,
			// The store paces the frames. Ink's own pauses (two, in a row) as long as the store's would
			// hold each second one of them back by as much again.
			maxFps: 60,
			exitOnCtrlC: false,
			patchConsole: false,
			onRender: createHeapLimit(),
		},
	);
	const interrupted = Promise.withResolvers<number>();
	const onAbort = () => interrupted.resolve(130);
	signal.addEventListener('abort', onAbort, {once: true});
	if (signal.aborted) onAbort();
	try {
		return await Promise.race([
			console.ended,
			interrupted.promise,
			app.waitUntilExit().then(() => 130),
		]);
	} finally {
		signal.removeEventListener('abort', onAbort);
		unsubscribe();
		deaf();
		console.close();
		app.unmount();
		await releaseStdin(stdin);
		await app.waitUntilExit().catch(() => undefined);
		stdout.write(popTitle);
	}
};

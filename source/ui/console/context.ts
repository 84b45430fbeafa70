import type {Notice} from '../../fleet/notice-text.ts';
import type {FleetStore} from '../../fleet/store.ts';
import type {PreviewPlace} from '../present/layout.ts';
import type {ConsoleServices} from '../services.ts';
import type {ConsoleState, Toast} from './state.ts';

/** What the console can do with the terminal that it is drawn on. */
export type ConsoleTerminal = {
	/** Joins the person's terminal to the agent's until they detach; resolves with what to say then. */
	attach(
		agent: {id: string; name: string},
		options: {observe: boolean},
	): Promise<Toast | undefined>;
	/** Runs a program on the person's terminal until it ends; yields its exit code. */
	run(program: {argv: readonly string[]; cwd?: string}): Promise<number | null>;
	/** Stops this program as Ctrl-Z does; resolves when it goes on. */
	suspend(): Promise<void>;
	redraw(): void;
	/** Calls the person. */
	notify(notice: Notice): void;
	/** The agent whose terminal the person is in. */
	attached(): string | undefined;
	/** Whether the person's terminal has the focus; undefined where it does not tell. */
	hasFocus(): boolean | undefined;
	/** Whether the console is on the screen, and not a program that it started. */
	isShown(): boolean;
};

/** What the parts of the console work with. */
export type ConsoleContext = {
	readonly services: ConsoleServices;
	readonly store: FleetStore;
	readonly terminal: ConsoleTerminal;
	/** Aborted when the console ends. */
	readonly signal: AbortSignal;
	get(): ConsoleState;
	set(patch: Partial<ConsoleState>): void;
	say(toast: Toast | undefined): void;
	/** Selects an agent by its index in the list. */
	goTo(index: number): void;
	/** Selects an agent by its id now, or as soon as it is in the list. */
	goToAgent(id: string): void;
	setFilter(filter: string): void;
	/** Scrolls the preview by so many lines; up is negative. */
	scrollPreview(lines: number): void;
	placePreview(place: PreviewPlace): void;
	/** Ends the console with an exit code. */
	quit(code: number): void;
};

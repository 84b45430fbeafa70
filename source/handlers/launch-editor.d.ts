declare module 'launch-editor/guess.js' {
	/** The running editor, or `$VISUAL` or `$EDITOR` unsplit. */
	export default function guessEditor(specified?: string): [string | null];
}

declare module 'launch-editor/get-args.js' {
	export default function getArgumentsForFile(
		editor: string,
		file: string,
		line?: number,
		column?: number,
	): Array<string | number>;
}

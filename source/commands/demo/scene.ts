/** One step of a scripted agent. Times are milliseconds. */
export type Step =
	| {say: string; over?: number}
	/** A report of its state (OSC 7501), as agents that know the protocol print it. */
	| {state: 'working' | 'done' | 'idle'; title?: string}
	| {ask: string; kind: 'permission' | 'question'; choices: readonly string[]}
	| {pause: number}
	| {progress: {title: string; from: number; to: number; every: number}}
	| {exit: number};

export type Scene = {
	name: string;
	steps: readonly Step[];
	/** What it does with each thing that a person types; then it waits for the next. */
	onPrompt: readonly Step[];
};

const bold = (text: string) => `\u001B[1m${text}\u001B[0m`;
const dim = (text: string) => `\u001B[2m${text}\u001B[0m`;
const green = (text: string) => `\u001B[32m${text}\u001B[0m`;
const red = (text: string) => `\u001B[31m${text}\u001B[0m`;
const cyan = (text: string) => `\u001B[36m${text}\u001B[0m`;
const link = (url: string, text: string) => `\u001B]8;;${url}\u001B\\${text}\u001B]8;;\u001B\\`;

const work = (title: string, lines: readonly string[]): Step[] => [
	{state: 'working', title},
	...lines.map(line => ({say: line, over: 900})),
];

const answer: readonly Step[] = [
	...work('Thinking it over', [
		dim('  Reading the prompt …'),
		`  ${cyan('●')} I looked at what you asked, and made a small change.`,
		dim('  1 file changed, 4 insertions(+), 1 deletion(-)'),
	]),
	{state: 'done', title: 'Did what you asked'},
];

/** The sample fleet: every state that a person will meet, and programs that react to being typed at. */
export const scenes: readonly Scene[] = [
	{
		name: 'the-architect',
		steps: [
			{say: bold('the-architect') + dim('  a sample agent, no model behind it')},
			...work('Planning the build', [
				`  ${cyan('●')} I read PLAN.md: the build folder is stale.`,
				`  ${cyan('●')} I'll remove it and run the tests again.`,
			]),
			{ask: 'approve Bash: rm -rf build', kind: 'permission', choices: ['Yes', 'No']},
			...work('Running the tests', [
				dim('  $ npm test'),
				`  ${green('✓')} login ${dim('(12 tests)')}`,
				`  ${green('✓')} billing ${dim('(31 tests)')}`,
				`  ${green('✓')} search ${dim('(8 tests)')}`,
			]),
			{state: 'done', title: 'All 51 tests pass'},
		],
		onPrompt: answer,
	},
	{
		name: 'fix-login',
		steps: [
			{say: bold('fix-login') + dim('  a sample agent')},
			...work('Fixing the login page', [
				`  ${cyan('●')} The button has no colour of its own.`,
				`${red('  - <button>Log in</button>')}`,
				`${green('  + <button className="primary">Log in</button>')}`,
			]),
			{ask: 'Which colour?', kind: 'question', choices: ['Red', 'Blue']},
			...work('Painting it', [`  ${green('✓')} Painted, and the pictures in the docs too.`]),
			{state: 'done', title: 'Fixed the login page'},
		],
		onPrompt: answer,
	},
	{
		name: 'docs',
		steps: [
			{say: bold('docs') + dim('  a sample agent')},
			...work('Rewriting the guide', [`  ${cyan('●')} Three chapters, shorter sentences.`]),
			{say: `  See ${link('https://example.com/guide', 'https://example.com/guide')}`},
			{state: 'done', title: 'Rewrote the guide'},
		],
		onPrompt: answer,
	},
	{
		name: 'indexer',
		steps: [
			{say: bold('indexer') + dim('  a sample agent')},
			{progress: {title: 'Indexing', from: 12, to: 400, every: 1500}},
			{state: 'done', title: 'Indexed everything'},
		],
		onPrompt: answer,
	},
	{
		name: 'sweep',
		steps: [
			{say: bold('sweep') + dim('  a sample agent')},
			{say: '  Nothing to sweep. Type something and I will pretend to do it.'},
			{state: 'idle', title: 'Waiting for work'},
		],
		onPrompt: answer,
	},
	{
		name: 'probe',
		steps: [
			{say: bold('probe') + dim('  a sample agent')},
			{pause: 600},
			{say: red('npm: not found')},
			{exit: 1},
		],
		onPrompt: [],
	},
];

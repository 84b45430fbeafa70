// Measures the program against its peers in the same run; one JSON object a line.
// npm run bench [-- NAME…] runs the scenarios of these names, or whose names begin so; --list names them.
import process from 'node:process';
import {toLine} from './figure.ts';
import {closeRemotes} from './remote.ts';
import {scenarios} from './scenarios.ts';

const wanted = process.argv.slice(2);
if (wanted.includes('--list')) {
	for (const {name, summary} of scenarios) console.log(`${name.padEnd(12)} ${summary}`);
	process.exit(0);
}

const isWhole = (word: string) => scenarios.some(({name}) => name === word);
const chosen = scenarios.filter(
	({name}) =>
		wanted.length === 0 ||
		wanted.some(word => (isWhole(word) ? name === word : name.startsWith(word))),
);
if (chosen.length === 0) {
	console.error(`bench: no scenario ${wanted.join(', ')}; --list names them`);
	process.exit(2);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => void closeRemotes().finally(() => process.exit(130)));
}

let failed = false;
for (const scenario of chosen) {
	console.error(`${scenario.name}: ${scenario.summary} …`);
	try {
		for await (const figure of await scenario.run()) console.log(toLine(figure));
	} catch (error) {
		failed = true;
		console.error(`${scenario.name} failed:`, error);
	}
}

process.exit(failed ? 1 : 0);

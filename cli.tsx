import {run} from './source/commands/run.ts';

const code = await run(process.argv.slice(2));
process.exitCode = code;
// What a library left open must not keep a command from ending.
process.stdout.write('', () => process.exit(code));

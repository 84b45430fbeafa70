import {run} from './source/commands/run.ts';

process.exitCode = await run(process.argv.slice(2));

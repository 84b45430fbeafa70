import {leave} from './source/commands/leave.ts';
import {run} from './source/commands/run.ts';

leave(await run(process.argv.slice(2)));

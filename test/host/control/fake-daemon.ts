// A daemon over terminals in memory, as a program of its own: what `host serve` is to the real ones.
import {run} from './run-fake-daemon.ts';

process.exitCode = await run();

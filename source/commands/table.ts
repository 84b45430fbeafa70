import type {Command} from './command.ts';
import {configCheck, configPath, configShow} from './config.ts';
import {diff} from './diff.ts';
import {hostDialStdio} from './host-dial-stdio.ts';
import {hostLaunch} from './host-launch.ts';
import {hostServe} from './host-serve.ts';
import {hostStatus} from './host-status.ts';
import {hostStop} from './host-stop.ts';
import {ide} from './ide.ts';
import {open} from './open.ts';
import {report} from './report.ts';

/** Every command, in the order of the help. */
export const table: readonly Command[] = [
	configCheck,
	configPath,
	configShow,
	open,
	ide,
	diff,
	report,
	hostServe,
	hostStatus,
	hostStop,
	hostDialStdio,
	hostLaunch,
];

import type {Command} from './command.ts';
import {configCheck, configPath, configShow} from './config.ts';
import {diff} from './diff.ts';
import {hostLaunch} from './host-launch.ts';
import {ide} from './ide.ts';
import {open} from './open.ts';
import {report} from './report.ts';

/** Every command, in the order of the help. */
export const table: readonly Command[] = [
	configCheck,
	configPath,
	configShow,
	hostLaunch,
	open,
	ide,
	diff,
	report,
];

import {fleetConsole} from './console.ts';
import {attach} from './attach.ts';
import type {Command} from './command.ts';
import {complete} from './complete.ts';
import {completion} from './completion.ts';
import {configCheck, configPath, configShow} from './config.ts';
import {demo} from './demo.ts';
import {demoAgent} from './demo-agent.ts';
import {conflicts, conflictsResolve} from './conflicts.ts';
import {diff} from './diff.ts';
import {doctor} from './doctor.ts';
import {events} from './events.ts';
import {explain} from './explain.ts';
import {hostDialStdio} from './host-dial-stdio.ts';
import {hostLaunch} from './host-launch.ts';
import {hostServe} from './host-serve.ts';
import {hostStatus} from './host-status.ts';
import {hostStop} from './host-stop.ts';
import {ide} from './ide.ts';
import {install} from './install.ts';
import {list} from './list.ts';
import {load} from './load.ts';
import {open} from './open.ts';
import {remove} from './remove.ts';
import {report} from './report.ts';
import {restart} from './restart.ts';
import {screen} from './screen.ts';
import {send} from './send.ts';
import {status} from './status.ts';
import {stop} from './stop.ts';
import {sync} from './sync.ts';
import {wait} from './wait.ts';

/** Every command, in the order of the help. */
export const table: readonly Command[] = [
	fleetConsole,
	load,
	list,
	status,
	events,
	demo,
	attach,
	send,
	screen,
	wait,
	explain,
	stop,
	restart,
	remove,
	sync,
	conflicts,
	conflictsResolve,
	install,
	doctor,
	configCheck,
	configPath,
	configShow,
	completion,
	open,
	ide,
	diff,
	report,
	hostServe,
	hostStatus,
	hostStop,
	hostDialStdio,
	hostLaunch,
	demoAgent,
	complete,
];

// `node test/real-agents/record-ordinary.ts [MINUTES]`: what terminals show while ordinary programs run in
// them, as the daemon sees it; the arbiter's test replays it and must find nobody blocked, and nobody done.
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {startFleet} from './fleet.ts';

const minutes = Number(process.argv[2] ?? 12);
const repository = path.resolve(import.meta.dirname, '../..');

/** None of them reports: builds, logs, bells, progress bars, titles, full screens, long silences. */
const programs: Record<string, string> = {
	build:
		'while :; do for n in $(seq 40); do echo "[$n/40] cc -O2 -c file$n.c"; sleep 0.$((RANDOM % 9 + 1)); done; printf "warning: done with warnings\\n\\a"; sleep 25; done',
	logs: `while :; do git -C ${repository} --no-pager log --stat -n 60 --color=always; sleep 7; ls -lR ${repository}/source | head -400; sleep 13; done`,
	progress:
		'while :; do for n in $(seq 100); do printf "\\rDownloading %3d %% [%-50s]" $n $(printf "%0.s#" $(seq $((n / 2)))); sleep 0.2; done; printf "\\n\\033]9;Download finished\\007"; sleep 30; done',
	screens:
		'while :; do timeout --foreground 20 top -d 1; clear; timeout --foreground 15 vi -R /etc/services || timeout --foreground 15 less /etc/services; printf "\\033]0;✋ Action Required? [y/N]\\007"; sleep 20; done',
	questions:
		'while :; do printf "Do you want to continue? [Y/n] "; read -t 20 answer; echo; echo "1. Yes"; echo "2. No"; sleep 15; printf "password: "; sleep 10; echo; echo "All tests passed, waiting for changes..."; sleep 40; done',
};

const root = await mkdtemp('/tmp/fo-');
const fleet = await startFleet(path.join(root, 's'), {
	HOME: root,
	SHELL: '/bin/bash',
	LANG: 'C.UTF-8',
	PATH: process.env['PATH'] ?? '/usr/bin:/bin',
});
try {
	const ids = new Map<string, string>();
	for (const [name, script] of Object.entries(programs)) {
		const {json} = await fleet.call('POST', '/v1/agents', {
			agent: 'shell',
			cwd: '/tmp',
			command: ['bash', '-c', script],
		});
		ids.set(name, json.agent.id);
	}

	await delay(minutes * 60_000);
	const folder = path.join(repository, 'fixtures/ordinary');
	await mkdir(folder, {recursive: true});
	for (const [name, id] of ids) {
		const events = fleet.recorded(id).filter(entry => 'event' in entry);
		const start = events[0]?.at ?? 0;
		await writeFile(
			path.join(folder, `${name}.jsonl`),
			events.map(({at, event}) => `${JSON.stringify({at: at - start, event})}\n`).join(''),
		);
		console.log(name, events.length);
	}
} finally {
	await fleet.end();
	await rm(root, {recursive: true, force: true});
}

process.exit(0);

import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Agent} from '../../source/protocol/agent.ts';
import type {Fleet} from './fleet.ts';
import {witness, type Transition, type Witness} from './witness.ts';

/** What a program without a channel does, each act's time noted by the program itself before it. */
const program = (acts: string): string => `
act() { date +%s%3N >>${acts}; }
base64() { printf %s "$1" | command base64; }
act; echo building; sleep 6
act; printf '\\033]9;4;1;40\\033\\\\'; sleep 2
act; printf '\\033]9;4;0\\033\\\\'; sleep 5
act; printf '\\033]7501;state=blocked:kind=question:msg=%s\\033\\\\' "$(base64 'Deploy now?')"; sleep 2
act; printf '\\033]7501;state=done\\033\\\\'; sleep 2
act; exit 3
`;

/** Programs that no kind knows: a shell at its prompt, and one that prints, shows progress and reports. */
export const runGeneric = async (
	fleet: Fleet,
	folder: string,
): Promise<Map<string, readonly Transition[]>> =>
	new Map([
		['shell', await runShell(fleet, folder)],
		['program', await runProgram(fleet, folder)],
	]);

const launch = async (
	fleet: Fleet,
	label: string,
	body: {cwd: string; command?: string[]},
): Promise<{id: string; seen: Witness; at: number}> => {
	const at = Date.now();
	const {json} = await fleet.call('POST', '/v1/agents', {agent: 'shell', name: label, ...body});
	return {id: json.agent.id, seen: witness(label, {fleet, id: json.agent.id}), at};
};

const runShell = async (fleet: Fleet, folder: string): Promise<readonly Transition[]> => {
	const {id, seen, at} = await launch(fleet, 'shell', {cwd: folder, command: ['bash']});
	const ended = path.join(folder, 'ended');
	const type = async (text: string): Promise<number> => {
		const typedAt = Date.now();
		await fleet.call('POST', `/v1/agents/${id}/input`, {text, submit: true});
		return typedAt;
	};
	await seen.expect('launched', 'starting');
	await seen.expect('start → idle', 'idle', {act: () => at});
	// While a shell starts, what stands in front of it is taken for its start-up files.
	await new Promise(resolve => setTimeout(resolve, 3500));
	const begun = await type(`sleep 2; date +%s%3N >${ended}`);
	await seen.expect('a command → working', 'working', {act: () => begun});
	const times = await seen.expect('it ended → done', 'done').then(() => readTimes(ended));
	measure(seen, times[0]);
	const looked = Date.now();
	await fleet.call('POST', `/v1/agents/${id}/seen`);
	await seen.expect('done → idle (seen)', 'idle', {act: () => looked});
	const left = await type('exit 0');
	await seen.expect('left → exited', 'exited', {act: () => left, check: hasCode(0)});
	seen.nothingElse();
	return seen.transitions;
};

const runProgram = async (fleet: Fleet, folder: string): Promise<readonly Transition[]> => {
	const acts = path.join(folder, 'acts');
	const command = ['sh', '-c', program(acts)];
	const {seen} = await launch(fleet, 'program', {cwd: folder, command});
	await seen.expect('launched', 'starting');
	const steps = [
		['prints → working', 'working'],
		['silent → unknown', 'unknown'],
		['progress → working', 'working'],
		['progress gone → unknown', 'unknown'],
		['reports → blocked', 'blocked'],
		['reports → done', 'done'],
		['ends → exited', 'exited'],
	] as const;
	/** Which of its acts makes it so; silence is none. */
	const actOf = [0, null, 1, 2, 3, 4, 5];
	for (const [index, [name, state]] of steps.entries()) {
		const check = state === 'exited' ? hasCode(3) : undefined;
		await seen.expect(name, state, check ? {check} : {});
		const act = actOf[index] ?? null;
		if (act !== null) measure(seen, (await readTimes(acts))[act]);
	}

	seen.nothingElse();
	return seen.transitions;
};

/** Completes the last transition with when the program did it, which is known only afterwards. */
const measure = (seen: Witness, actAt: number | undefined): void => {
	const last = seen.transitions.at(-1);
	if (last?.rowAt && actAt) last.delayMs = Math.max(0, Math.round(last.rowAt - actAt));
};

const readTimes = async (file: string): Promise<number[]> =>
	(await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);

const hasCode =
	(code: number) =>
	({exit}: Agent): string | null =>
		exit?.code === code ? null : JSON.stringify(exit);

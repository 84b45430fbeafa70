import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {startStubModel} from '../../fixtures/stub-model/server.ts';
import {startFleet} from './fleet.ts';
import type {Program} from './programs.ts';
import type {Transition} from './witness.ts';

const patienceMs = 90_000;
const secret = 'sk-launch-of-this-agent-0123456789';

type KeyCase = {
	name: string;
	/** What the program needs so that the key is one that it asks for. */
	files?: (modelUrl: string) => Record<string, string>;
	args: string[];
};

/** Programs that ask for their key, in the way that each has for it. */
const cases: Readonly<Record<string, readonly KeyCase[]>> = {
	claude: [{name: 'ANTHROPIC_API_KEY', args: ['--allowedTools', 'Bash']}],
	codex: [
		{name: 'STUB_KEY', args: ['--sandbox', 'danger-full-access', '-c', 'approval_policy=never']},
		{
			name: 'OPENAI_API_KEY',
			args: ['--sandbox', 'danger-full-access', '-c', 'approval_policy=never'],
			files: url => ({
				'.codex/config.toml': `openai_base_url = "${url}/v1"\nmodel = "stub-model"\ncheck_for_update_on_startup = false\n[features]\nplugins = false\ndaemon_auto_start = false\n[analytics]\nenabled = false\n[tui]\nscreen_reader_detection_done = true\n`,
			}),
		},
	],
	opencode: [
		{
			name: 'OPENAI_API_KEY',
			args: [],
			files: url => ({
				'.config/opencode/opencode.json': JSON.stringify({
					autoupdate: false,
					share: 'disabled',
					model: 'openai/stub-model',
					small_model: 'openai/stub-model',
					enabled_providers: ['openai'],
					provider: {
						openai: {
							npm: '@ai-sdk/openai-compatible',
							options: {baseURL: `${url}/v1`},
							models: {'stub-model': {name: 'Stub Model'}},
						},
					},
					permission: {bash: 'allow'},
				}),
			}),
		},
	],
};

/**
 * The program authenticates by a secret of its launch that neither its own environment nor that of the
 * commands which it runs holds; those find the relays first.
 */
export const runKeys = async (
	program: Program,
	{home, project, env}: {home: string; project: string; env: Record<string, string>},
): Promise<readonly Transition[]> => {
	const transitions: Transition[] = [];
	for (const {name, args, files} of cases[program.kind] ?? []) {
		const model = await startStubModel();
		const given = {...program.files({modelUrl: model.url, project}), ...files?.(model.url)};
		for (const [file, text] of Object.entries(given)) {
			await mkdir(path.dirname(path.join(home, file)), {recursive: true});
			await writeFile(
				path.join(home, file),
				file.endsWith('.toml') && files
					? `${text}[projects."${project}"]\ntrust_level = "trusted"\n`
					: text,
			);
		}

		const state = await mkdtemp(path.join(home, 'k'));
		const login: Record<string, string> = {
			...env,
			...program.env(model.url),
			// Its login shell sets PATH anew on Debian.
			SHELL: '/bin/bash',
		};
		delete login[name];
		const fleet = await startFleet(state, login);
		const seen = path.join(project, `seen-${name}`);
		try {
			const {json} = await fleet.call('POST', '/v1/agents', {
				agent: program.kind,
				cwd: project,
				args,
				environment: {[name]: secret},
				prompt: `[run env >${seen}; cat /proc/$PPID/environ >>${seen}; command -v xdg-open >>${seen}; echo told >>${seen}]`,
			});
			const {id} = json.agent;
			const deadline = Date.now() + patienceMs;
			const told = () => readFile(seen, 'utf8').catch(() => '');
			while (!(await told()).endsWith('told\n') && Date.now() < deadline) await delay(100);
			const text = await told();
			const problem = !text.endsWith('told\n')
				? `it ran no command\n${await fleet.screen(id)}`
				: !/\/relays\/xdg-open\n/.test(text)
					? 'the relays are not on the PATH of its commands'
					: text.includes(secret)
						? 'a command that it ran could read the key'
						: model.keys.has(secret)
							? null
							: `it came with other keys: ${[...model.keys].join(', ')}`;
			console.log(`  ${program.kind.padEnd(9)} key ${name}  ${problem === null ? 'ok' : 'WRONG'}`);
			if (problem !== null) console.log(problem);
			transitions.push({
				name: `key ${name} is kept`,
				source: '',
				delayMs: null,
				toldMs: null,
				problem,
			});

			await fleet.call('POST', `/v1/agents/${id}/stop`, {grace: 0});
		} finally {
			await fleet.end();
			await model.close();
			await rm(state, {recursive: true, force: true, maxRetries: 5});
		}
	}

	return transitions;
};

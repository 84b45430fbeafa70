import path from 'node:path';

/** What a program needs to run against the stub model, silent and offline; `files` are beneath its home. */
export type Program = {
	kind: string;
	package: string;
	version: string;
	env: (modelUrl: string) => Record<string, string>;
	files: (place: {modelUrl: string; project: string}) => Record<string, string>;
	args: string[];
	/** What it writes on its screen once it takes a prompt. */
	ready: RegExp;
	/** Packages that its own installer needs no more once it ran: the binary is linked into its place. */
	surplus?: RegExp;
	/** Words beside `[run …]` that make it ask for permission. */
	permission: string;
	/** Ways to begin in which it asks something before it works; `env` gets a folder of that start's own. */
	firstStarts: ReadonlyArray<{
		name: string;
		env: (folder: string) => Record<string, string>;
		/** Beneath the folder. */
		files?: (folder: string) => Record<string, string>;
		asks: RegExp;
	}>;
	/** Whether it has a question tool outside special modes. */
	questions: boolean;
	/** It reports that it works while it starts, for a moment: that is its own word. */
	worksAtStart?: true;
	/** How often Esc is pressed to interrupt it. */
	escapes: number;
	/** Whether it tells what it costs, beside its tokens. */
	costs: boolean;
	/** What a person types to leave it. */
	leave: string;
};

const json = (value: unknown): string => JSON.stringify(value, null, '\t');

export const programs: readonly Program[] = [
	{
		kind: 'claude',
		package: '@anthropic-ai/claude-code',
		version: '2.1.328',
		env: url => ({
			ANTHROPIC_BASE_URL: url,
			ANTHROPIC_API_KEY: 'sk-ant-dummy-0000000000000000000000',
			ANTHROPIC_MODEL: 'claude-sonnet-4-5',
			CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
			DISABLE_AUTOUPDATER: '1',
			DISABLE_TELEMETRY: '1',
			DISABLE_ERROR_REPORTING: '1',
			IS_SANDBOX: '1',
		}),
		files: ({project}) => ({
			'.claude.json': json({
				hasCompletedOnboarding: true,
				theme: 'dark',
				customApiKeyResponses: {approved: ['00000000000000000000'], rejected: []},
				projects: {[project]: {hasTrustDialogAccepted: true}},
			}),
		}),
		args: [],
		ready: /manual mode on|for shortcuts/,
		permission: '',
		firstStarts: [
			{name: 'unknown folder', env: () => ({}), asks: /trust/},
			{
				name: 'unknown key',
				env: folder => ({CLAUDE_CONFIG_DIR: folder}),
				files: folder => ({
					'.claude.json': json({
						hasCompletedOnboarding: true,
						theme: 'dark',
						projects: {[folder]: {hasTrustDialogAccepted: true}},
					}),
				}),
				asks: /API key/,
			},
		],
		questions: true,
		escapes: 1,
		costs: true,
		leave: '/exit',
	},
	{
		kind: 'codex',
		package: '@openai/codex',
		version: '0.169.0',
		worksAtStart: true,
		env: () => ({STUB_KEY: 'dummy'}),
		files: ({modelUrl, project}) => ({
			'.codex/config.toml': `
model = "stub-model"
model_provider = "stub"
check_for_update_on_startup = false
approval_policy = "on-request"
sandbox_mode = "workspace-write"
[model_providers.stub]
name = "Stub"
base_url = "${modelUrl}/v1"
env_key = "STUB_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
supports_websockets = false
[analytics]
enabled = false
[feedback]
enabled = false
[otel]
exporter = "none"
metrics_exporter = "none"
trace_exporter = "none"
[projects."${project}"]
trust_level = "trusted"
[tui]
screen_reader_detection_done = true
[features]
plugins = false
daemon_auto_start = false
`,
		}),
		args: [],
		ready: /Ask Codex to do anything|for shortcuts/,
		permission: '[escalate]',
		firstStarts: [
			{name: 'unknown folder', env: () => ({}), asks: /trust/},
			{
				name: 'new home',
				env: folder => ({CODEX_HOME: folder}),
				// Otherwise it leaves a server of its own behind.
				files: () => ({
					'config.toml': '[features]\nplugins = false\ndaemon_auto_start = false\n',
				}),
				asks: /log in/,
			},
		],
		questions: false,
		escapes: 1,
		costs: false,
		leave: '/quit',
	},
	{
		kind: 'opencode',
		package: 'opencode-ai',
		version: '1.18.33',
		surplus: /^opencode-(?:linux|darwin)-/,
		env: () => ({
			STUB_KEY: 'dummy',
			OPENCODE_DISABLE_AUTOUPDATE: '1',
			OPENCODE_DISABLE_MODELS_FETCH: '1',
			OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
			OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
			npm_config_offline: 'true',
		}),
		files: ({modelUrl}) => ({
			'.config/opencode/opencode.json': json({
				autoupdate: false,
				share: 'disabled',
				model: 'stub/stub-model',
				small_model: 'stub/stub-model',
				enabled_providers: ['stub'],
				provider: {
					stub: {
						npm: '@ai-sdk/openai-compatible',
						name: 'Stub',
						options: {baseURL: `${modelUrl}/v1`, apiKey: '{env:STUB_KEY}'},
						models: {
							'stub-model': {
								name: 'Stub Model',
								limit: {context: 100_000, output: 4096},
								cost: {input: 1, output: 2},
							},
						},
					},
				},
				permission: {bash: 'ask', edit: 'allow'},
			}),
		}),
		args: [],
		ready: /Ask anything|ctrl\+p/,
		permission: '',
		firstStarts: [],
		questions: true,
		escapes: 2,
		costs: true,
		leave: '/exit',
	},
	{
		kind: 'gemini',
		package: '@google/gemini-cli',
		version: '0.61.0',
		env: url => ({
			GEMINI_API_KEY: 'dummy',
			GOOGLE_GEMINI_BASE_URL: url,
			GEMINI_TELEMETRY_ENABLED: 'false',
			GEMINI_CLI_NO_RELAUNCH: '1',
		}),
		files: ({project}) => ({
			'.gemini/settings.json': json({
				security: {auth: {selectedType: 'gemini-api-key'}},
				general: {enableAutoUpdate: false},
				privacy: {usageStatisticsEnabled: false},
			}),
			'.gemini/trustedFolders.json': json({[project]: 'TRUST_FOLDER'}),
		}),
		args: [],
		ready: /Type your message/,
		permission: '',
		firstStarts: [
			{name: 'unknown folder', env: () => ({}), asks: /trust/},
			{name: 'new home', env: folder => ({HOME: folder, GEMINI_API_KEY: ''}), asks: /log in|trust/},
		],
		questions: true,
		escapes: 1,
		costs: false,
		leave: '/quit',
	},
	{
		kind: 'qwen',
		package: '@qwen-code/qwen-code',
		version: '0.24.4',
		env: url => ({
			OPENAI_API_KEY: 'dummy',
			OPENAI_BASE_URL: `${url}/v1`,
			OPENAI_MODEL: 'stub-model',
		}),
		files: () => ({
			'.qwen/settings.json': json({
				security: {auth: {selectedType: 'openai'}, folderTrust: {enabled: false}},
				general: {enableAutoUpdate: false, disableAutoUpdate: true},
				privacy: {usageStatisticsEnabled: false},
				telemetry: {enabled: false},
				model: {name: 'stub-model'},
				ui: {autoModeAcknowledged: true},
			}),
		}),
		args: ['--approval-mode', 'default'],
		ready: /Type your message/,
		permission: '',
		firstStarts: [
			{
				name: 'unknown folder',
				env: folder => ({HOME: folder}),
				files: () => ({
					'.qwen/settings.json': json({
						security: {auth: {selectedType: 'openai'}, folderTrust: {enabled: true}},
						general: {enableAutoUpdate: false},
						privacy: {usageStatisticsEnabled: false},
					}),
				}),
				asks: /trust/,
			},
			{
				name: 'new home',
				env: folder => ({HOME: folder, OPENAI_API_KEY: '', OPENAI_BASE_URL: '', OPENAI_MODEL: ''}),
				asks: /log in/,
			},
		],
		questions: true,
		escapes: 1,
		costs: false,
		leave: '/quit',
	},
];

export const programOf = (kind: string): Program =>
	programs.find(program => program.kind === kind)!;

/** `npm i` puts one version of one program into a folder of its own. */
export const programFolder = (
	cache: string,
	{package: name, version}: Pick<Program, 'package' | 'version'>,
): string => path.join(cache, `${name.split('/').at(-1)}@${version}`);

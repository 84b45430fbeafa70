/** The configuration as the rest of the program sees it: complete, checked, paths of the laptop expanded. */
export type Config = {
	/** The file it was read from; it may not exist, and then everything is default. */
	file: string;
	remotes: Record<string, RemoteConfig>;
	credentials: Record<string, CredentialConfig>;
	roles: Record<string, RoleConfig>;
	handlers: {web: HandlerConfig; ide: HandlerConfig & {tool: string | null}; diff: HandlerConfig};
	ui: UiConfig;
};

export type RemoteConfig = {
	name: string;
	ssh: string;
	remotePath: string;
	syncIntervalSeconds: number;
	tags: string[];
	sshConfig: string | null;
	transport: 'ssh' | 'openssh';
	syncUp: SyncRule[];
	syncBidi: SyncRule[];
	install: {command: string | null};
};

export type SyncRule = {
	direction: 'up' | 'bidi';
	/** Absolute, on the laptop. */
	local: string;
	/** On the host, `~` unexpanded: only the host knows its home. */
	remote: string;
	exclude: string[];
	owner: 'local' | 'remote';
	conflict: 'keep-both' | 'owner';
	git: 'exclude' | 'include';
	dereferenceSymlinks: boolean;
	maxDelete: number;
	includeSecrets: string[];
};

export type CredentialConfig = {
	name: string;
	source:
		| {kind: 'env'; name: string}
		| {kind: 'command'; argv: string[]}
		| {kind: 'file'; path: string}
		| {kind: 'op'; reference: string};
	/** Its name in the agent's environment. */
	as: string;
};

export type RoleConfig = {
	name: string;
	agent: string | null;
	command: string[] | null;
	args: string[];
	cwd: string | null;
	prompt: string | null;
	credentials: string[];
	env: Record<string, string>;
	/** False silences notifications about this role's agents. */
	notify: boolean;
};

export type HandlerConfig = {
	/** Split into arguments, never a shell's; null is the default of the handler. */
	command: string[] | null;
	policy: 'allow' | 'ask' | 'deny';
};

export type UiConfig = {
	detachKey: string;
	/** Whether the console listens to the mouse; without, it is the terminal's own. */
	mouse: boolean;
	/** Where the selected agent's screen stands; `auto`: beside the table where there is room. */
	preview: 'auto' | 'beside' | 'below' | 'none';
	/** Letters appear as they are typed, before the host echoes them; `auto`: where it is far. */
	localEcho: 'auto' | 'always' | 'never';
	notify: Array<'bell' | 'osc9' | 'osc777' | 'desktop'>;
	/** "22:00-07:00", local time, or null. */
	quietHours: {from: string; to: string} | null;
};

import type {FlagSpec} from './command.ts';

/** Accepted by every command, before or after its word. */
export const globalFlags: readonly FlagSpec[] = [
	{
		flags: '--remote <name>',
		description: 'the remote of remote.toml to attend; without it the local host (FLEET_REMOTE)',
		completes: 'remote',
	},
	{
		flags: '--config <file>',
		description: 'another remote.toml (FLEET_CONFIG)',
		completes: 'file',
	},
	{flags: '--json', description: 'print JSON alone'},
	{flags: '--quiet', description: 'no progress and no warnings'},
	{flags: '--verbose', description: 'tell more on stderr'},
	{flags: '-V, --version', description: 'print the version'},
	{flags: '-h, --help', description: 'help, for a command too'},
];

/** `--state <state>` → `--state`. */
export const longFlag = ({flags}: Pick<FlagSpec, 'flags'>): string =>
	/--[a-z][a-z-]*/.exec(flags)?.[0] ?? flags;

export const takesValue = ({flags}: Pick<FlagSpec, 'flags'>): boolean => /[<[]/.test(flags);

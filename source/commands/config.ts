import {access} from 'node:fs/promises';
import path from 'node:path';
import {agentKindNames, isAgentKind} from '../agents/registry.ts';
import type {LocatedComplaint} from '../config/complaint.ts';
import {keyText} from '../config/complaint.ts';
import type {Config} from '../config/config.ts';
import {didYouMean, listed} from '../config/nearest.ts';
import {configFile, expandHome} from '../config/paths.ts';
import {toFleetError} from '../errors.ts';
import type {Command, CommandContext} from './command.ts';

export const configCheck: Command = {
	name: 'config check',
	group: 'laptop',
	summary: 'checks remote.toml and says what it holds, or everything that is wrong with it',
	async run(context) {
		let config: Config;
		try {
			config = await context.config();
		} catch (thrown) {
			if (!context.json) throw thrown;
			const error = toFleetError(thrown);
			const complaints = Array.isArray(error.cause) ? (error.cause as LocatedComplaint[]) : [];
			const errors = complaints.map(({path: key, line, column, message}) => {
				return {line, column, key: keyText(key), message};
			});
			context.printJson({error: {...error.toJSON(), errors}});
			return error.exitCode;
		}

		const exists = await isThere(config.file);
		const names = {
			remotes: Object.keys(config.remotes),
			roles: Object.keys(config.roles),
			credentials: Object.keys(config.credentials),
		};
		if (context.json) {
			context.printJson({file: config.file, exists, valid: true, ...names});
			return 0;
		}

		context.print(
			exists ? `${config.file} is right` : `${config.file} is not there: everything is default`,
		);
		for (const [what, found] of Object.entries(names)) {
			if (found.length > 0) context.print(`  ${what}: ${listed(found)}`);
		}

		for (const remote of Object.values(config.remotes)) {
			for (const rule of [...remote.syncUp, ...remote.syncBidi]) {
				const arrow = rule.direction === 'up' ? '→' : '↔';
				context.print(`  sync with ${remote.name}: ${rule.local} ${arrow} ${rule.remote}`);
			}
		}

		for (const {name, agent} of Object.values(config.roles)) {
			// No error: a host that is newer may know it.
			if (agent === null || isAgentKind(agent)) continue;
			context.note(
				`role.${name}.agent: this version knows no agent kind \`${agent}\`. ${didYouMean(agent, agentKindNames)}There are ${listed(agentKindNames)}.`,
			);
		}

		return 0;
	},
};

export const configPath: Command = {
	name: 'config path',
	group: 'laptop',
	summary: 'prints where remote.toml is looked for',
	async run(context) {
		const file = pathOf(context);
		if (context.json) context.printJson({file, exists: await isThere(file)});
		else context.print(file);
		return 0;
	},
};

export const configShow: Command = {
	name: 'config show',
	group: 'laptop',
	summary: 'prints the configuration with every default filled in; secrets are never shown',
	async run(context) {
		const config = await context.config();
		const {showConfig} = await import('../config/show.ts');
		const shown = showConfig(config);
		if (context.json) {
			context.printJson(shown);
		} else {
			const {stringify} = await import('smol-toml');
			context.print(`# ${config.file}\n${stringify(shown).trimEnd()}`);
		}

		return 0;
	},
};

const pathOf = ({configFile: named}: CommandContext): string =>
	path.resolve(expandHome(named ?? configFile()));

const isThere = async (file: string): Promise<boolean> =>
	access(file).then(
		() => true,
		() => false,
	);

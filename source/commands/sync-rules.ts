import path from 'node:path';
import type {RemoteConfig, SyncRule} from '../config/config.ts';
import {expandHome, stateFolder} from '../config/paths.ts';
import {FleetError} from '../errors.ts';
import type {OpenRule} from '../sync/engine/open-rule.ts';
import type {CommandContext} from './command.ts';

/** The remote's rules, or the one whose local root `--rule` names. Throws `no-such-rule`. */
export const chosenRules = async (
	context: CommandContext,
	wanted: unknown,
): Promise<{remote: RemoteConfig; rules: SyncRule[]}> => {
	const remote = await context.remote();
	if (remote === null) {
		throw new FleetError('usage', 'sync is between this machine and a remote', {
			hint: 'Name one: console --remote NAME sync',
		});
	}

	const all = [...remote.syncUp, ...remote.syncBidi];
	if (typeof wanted !== 'string') return {remote, rules: all};
	const local = path.resolve(expandHome(wanted));
	const rules = all.filter(rule => rule.local === local || rule.local === wanted);
	if (rules.length === 0) {
		throw new FleetError(
			'no-such-rule',
			`no sync rule of \`${remote.name}\` has the local root ${wanted}`,
			{
				hint:
					all.length === 0
						? 'It has none; add a [[remote.NAME.sync_bidi]] or sync_up to remote.toml.'
						: `There ${all.length === 1 ? 'is' : 'are'} ${all.map(rule => rule.local).join(', ')}.`,
			},
		);
	}

	return {remote, rules};
};

/** Opens a rule over the context's transport. */
export const openChosen = async (
	context: CommandContext,
	remote: RemoteConfig,
	rule: SyncRule,
): Promise<OpenRule> => {
	const [{openRule}, transport, client] = await Promise.all([
		import('../sync/engine/open-rule.ts'),
		context.transport(),
		context.client(),
	]);
	return openRule({
		rule,
		rules: [...remote.syncUp, ...remote.syncBidi],
		remoteName: remote.name,
		transport,
		client,
		stateFolder: stateFolder(),
		onNotice: text => context.note(`console: ${text}`),
	});
};

export const ruleText = (rule: SyncRule): string =>
	`${rule.local} ${rule.direction === 'up' ? '→' : '⇄'} ${rule.remote}`;

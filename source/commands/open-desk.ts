import type {Client} from '../client/client.ts';
import type {Config, RemoteConfig, SyncRule} from '../config/config.ts';
import {createDesk, type Desk} from '../handlers/desk.ts';
import {createMatcher, type Matcher} from '../sync/matcher.ts';
import {bytePath} from '../sync/path.ts';
import {sharedSettings} from '../sync/settings.ts';
import type {Transport} from '../transport/transport.ts';
import type {FleetSource} from '../ui/services.ts';

export type DeskWishes = {
	consoleId: string;
	client: Client;
	transport: Transport;
	remote: RemoteConfig | null;
	config: Pick<Config, 'handlers'>;
	source: FleetSource;
};

/** What this laptop opens for a host's agents, for as long as its console is there. Returns its end, too. */
export const openDesk = ({
	consoleId,
	client,
	transport,
	remote,
	config,
	source,
}: DeskWishes): {desk: Desk; end(): void} => {
	const desk = createDesk({
		consoleId,
		client,
		transport,
		remote,
		handlers: config.handlers,
		isExcluded: excludedBySync(),
	});
	const unsubscribe = source.subscribe(input => {
		if (input.kind === 'event') desk.hear(input.event);
		else if (input.kind === 'link' && input.link.phase === 'live') desk.linkIsLive();
	});
	return {
		desk,
		end() {
			unsubscribe();
			desk.close();
		},
	};
};

/** By the rules' own matcher. A path that is not here may be a file or a folder: either counts. */
const excludedBySync = () => {
	const matchers = new Map<SyncRule, Matcher>();
	return (rule: SyncRule, relative: string): boolean => {
		const matcher = matchers.get(rule) ?? createMatcher(sharedSettings(rule, '0'.repeat(16)));
		matchers.set(rule, matcher);
		const path = bytePath(relative);
		return [false, true].some(isFolder => matcher.verdictFromRoot(path, isFolder) !== 'keep');
	};
};

export {actsOn} from '../handlers/desk.ts';

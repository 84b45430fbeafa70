/** What a command line may begin with that speaks to a host; the rest is about this laptop. */
const verbs = [
	...['load', 'list', 'status', 'events', 'attach', 'send', 'screen', 'wait', 'explain', 'stop'],
	...['restart', 'remove', 'sync', 'conflicts', 'recover', 'install', 'doctor'],
];

const commandLine = new RegExp(`(?<![\\w-])console (?=(?:${verbs.join('|')})(?![\\w-]))`, 'g');

/**
 * A hint's command lines as they have to be typed for this remote: whoever writes `console stop x`
 * there, the host above all, does not know by which name the laptop calls it.
 */
export const withRemote = (hint: string, remote: string | null): string =>
	remote !== null && /^[\w.-]+$/.test(remote)
		? hint.replaceAll(commandLine, `console --remote ${remote} `)
		: hint;

import {toFleetError} from '../errors.ts';
import {failed, opened, type Handler, type HandlerContext} from './handler.ts';
import {findLoopback, withPort} from './loopback.ts';
import {fillArgument, startProgram} from './program.ts';
import {checkUrl} from './web-url.ts';

/** Opens a link in the laptop's browser; ports of the host that it depends on are forwarded first. */
export const web: Handler = async (action, context) => {
	const checked = checkUrl(action.argument);
	if ('refused' in checked) return failed(checked.refused);
	try {
		const {url, said} = await reachable(checked.url, action.agent, context);
		await openInBrowser(url.href, context.handlers.web.command);
		return opened([`opened ${shorten(url.href)}`, ...said].join('; '));
	} catch (error) {
		return failed(toFleetError(error).message);
	}
};

const reachable = async (
	url: URL,
	agent: string | null,
	{ssh, forwards}: HandlerContext,
): Promise<{url: URL; said: string[]}> => {
	// On one machine, its localhost is the browser's.
	if (ssh === null) return {url, said: []};
	const loopback = findLoopback(url);
	if ('refused' in loopback) throw new Error(loopback.refused);
	if (loopback.targets.length === 0) return {url, said: []};
	if (forwards === null) throw new Error('this transport cannot forward a port of the host');
	const said: string[] = [];
	let reached = url;
	for (const {port, role} of loopback.targets) {
		// A login's way back is fixed by what the site was told; a plain link may lead to another port.
		const {localPort} = await forwards.ensure(port, {exact: role === 'redirect', agent});
		if (localPort !== port) reached = withPort(reached, localPort);
		said.push(`localhost:${localPort} leads to the host's port ${port}`);
	}

	return {url: reached, said};
};

const openInBrowser = async (url: string, command: string[] | null): Promise<void> => {
	if (command) {
		await startProgram({argv: fillArgument(command, url)});
		return;
	}

	const {default: open} = await import('open');
	await open(url);
};

const shorten = (url: string): string => (url.length > 80 ? `${url.slice(0, 79)}…` : url);

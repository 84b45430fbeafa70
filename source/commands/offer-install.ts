import {FleetError} from '../errors.ts';
import type {CommandContext} from './command.ts';

/**
 * Does the work; where the host lacks this program and a person sits at a terminal, offers to set
 * it up first. Otherwise the error stays what it is, and says how.
 */
export const withInstallOffer = async <T>(
	context: CommandContext,
	work: () => Promise<T>,
): Promise<T> => {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof FleetError) || error.code !== 'host-missing') throw error;
		if (!(await isWanted(context, error.message))) throw error;
		const {runInstall} = await import('./install.ts');
		await runInstall(context, {upgrade: false});
		return work();
	}
};

const isWanted = async (context: CommandContext, problem: string): Promise<boolean> => {
	const {stdin, stdout, json, quiet, remoteName, signal} = context;
	if (remoteName === null || json || quiet || !stdin.isTTY || !stdout.isTTY) return false;
	const {terminalPrompt} = await import('./terminal-prompt.ts');
	const message = `console: ${problem}\nInstall it there now? [Y/n] `;
	const answer = await terminalPrompt(stdin)?.({message, echo: true}, signal);
	return answer !== undefined && answer !== null && /^\s*(y|yes)?\s*$/i.test(answer);
};
